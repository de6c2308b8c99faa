import workerSource from "virtual:worker";
import type { Settings } from "../generated/Settings";
import type { Assets } from "./assets";
import type { Api, Bytes, Failure, Method, Output, Request, Response, SentFile } from "./protocol";

/** A file of data that takes the place of the shipped one. */
export interface OwnData {
  name: string;
  bytes: Bytes;
}

/** Thrown to whoever waits for a call that the user cancelled. */
export class Cancelled extends Error {}

/** A failure that the engine explains. */
export class EngineFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

type Result<M extends Method> = ReturnType<Api[M]>;

/**
 * The page's side of the worker. A cancelled worker is ended at once, since nothing can interrupt it; the next call starts
 * another and gives it everything that the first one had been told.
 */
export class EngineClient {
  private worker: Promise<Worker> | undefined;
  private live: Worker | undefined;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private nextId = 0;
  private ownServiceTags: OwnData | undefined;
  private ownCatalogue: OwnData | undefined;
  private files: SentFile[] = [];

  constructor(private readonly assets: Assets) {}

  choices = () => this.call("choices");
  inspect = (settings: Settings) => this.call("inspect", settings);
  check = (settings: Settings) => this.call("check", settings);
  render = (settings: Settings, output: Output) => this.call("render", settings, output);

  /** What is told to a worker is kept for the next one only once the engine has taken it. */
  async setServiceTags(data: OwnData): Promise<Result<"setServiceTags">> {
    const info = await this.call("setServiceTags", data.name, data.bytes);
    this.ownServiceTags = data;
    return info;
  }

  async setCatalogue(data: OwnData): Promise<Result<"setCatalogue">> {
    const info = await this.call("setCatalogue", data.name, data.bytes);
    this.ownCatalogue = data;
    return info;
  }

  async setFiles(files: SentFile[]): Promise<Result<"setFiles">> {
    this.files = files;
    return this.call("setFiles", files);
  }

  /** Goes back to the shipped ranges and the built-in catalogue. */
  forgetOwnData(): void {
    this.ownServiceTags = undefined;
    this.ownCatalogue = undefined;
    this.cancel();
  }

  cancel(): void {
    this.live?.terminate();
    this.live = undefined;
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(new Cancelled());
    this.waiting.clear();
  }

  private async call<M extends Method>(method: M, ...args: Parameters<Api[M]>): Promise<Result<M>> {
    this.worker ??= this.start();
    const starting = this.worker;
    const worker = await starting;
    if (this.worker !== starting) throw new Cancelled();
    return this.send(worker, method, ...args);
  }

  private async start(): Promise<Worker> {
    try {
      const [wasm, snapshot] = await Promise.all([this.assets.wasm(), this.assets.snapshot()]);
      const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
      const worker = new Worker(url);
      URL.revokeObjectURL(url);
      this.live = worker;
      worker.addEventListener("message", ({ data }: MessageEvent<Response>) => this.receive(data));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        this.fail("The browser did not let the check start.", event.message);
      });
      await this.send(worker, "start", wasm, snapshot);
      if (this.ownServiceTags) {
        await this.send(worker, "setServiceTags", this.ownServiceTags.name, this.ownServiceTags.bytes);
      }
      if (this.ownCatalogue) await this.send(worker, "setCatalogue", this.ownCatalogue.name, this.ownCatalogue.bytes);
      if (this.files.length > 0) await this.send(worker, "setFiles", this.files);
      return worker;
    } catch (error) {
      this.worker = undefined;
      throw error;
    }
  }

  private send<M extends Method>(worker: Worker, method: M, ...args: Parameters<Api[M]>): Promise<Result<M>> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id, method, args } satisfies Request);
    });
  }

  private receive({ id, result, failure }: Response): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (!failure) return waiting?.resolve(result);
    waiting?.reject(new EngineFailure(failure));
    // After a fault the module's memory is not to be trusted.
    if (failure.id === "internal") this.cancel();
  }

  private fail(message: string, hint: string): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    this.cancel();
    for (const { reject } of waiting) reject(new EngineFailure({ id: "worker-failed", message, hint }));
  }
}
