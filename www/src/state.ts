import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Cancelled, type EngineClient, EngineFailure } from "./engine/client";
import type { Bytes, Choices, Failure, Output } from "./engine/protocol";
import type { FileInspection } from "./generated/FileInspection";
import type { Report } from "./generated/Report";
import type { Settings } from "./generated/Settings";
import { EXAMPLE } from "./model/example";
import { emptyFile, readFile, type UserFile, withBytes, withText } from "./model/files";
import { DEFAULTS } from "./model/fragment";

/** Typing is answered when it pauses. */
const PAUSE_MS = 250;

/** What the page holds, and everything that can happen to it. */
export class State implements ReactiveController {
  files: readonly UserFile[] = [emptyFile("pasted text")];
  settings: Settings = { ...DEFAULTS };
  choices: Choices | undefined;
  inspections: ReadonlyMap<number, FileInspection> = new Map();
  refusals: ReadonlyMap<number, Failure> = new Map();
  report: Report | undefined;
  /** The settings that the report answers; what is saved is rendered from them. */
  private answered: Settings = this.settings;
  /** What went wrong with the last thing that the user did. */
  failure: Failure | undefined;
  /** A file that was not taken in; said until something else is tried. */
  notRead: Failure | undefined;
  busy: "" | "loading" | "checking" = "";
  cancelled = false;
  ownServiceTags: string | undefined;
  ownCatalogue: string | undefined;

  private timer: ReturnType<typeof setTimeout> | undefined;
  private run = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly engine: EngineClient,
    private readonly settingsChanged: (settings: Settings) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    if (!this.choices) void this.attempt("loading", async () => void (this.choices = await this.engine.choices()));
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.engine.cancel();
  }

  get hasInput(): boolean {
    return this.files.some((file) => file.role === "device" && file.bytes.length > 0);
  }

  edit(id: number, text: string): void {
    this.notRead = undefined;
    this.replace(id, (file) => withText(file, text));
    this.checkSoon();
  }

  change(id: number, change: Partial<Pick<UserFile, "role" | "format">>): void {
    this.replace(id, (file) => ({ ...file, ...change }));
    this.checkSoon(0);
  }

  /** Takes files in; the first takes an empty box's place. */
  async add(given: readonly File[]): Promise<void> {
    this.notRead = undefined;
    for (const file of given) {
      const content = await readFile(file);
      if (typeof content === "string") this.notRead = { id: "not-read", message: content };
      else this.put(file.name, content);
    }
    this.checkSoon(0);
  }

  addEmpty(): UserFile {
    const taken = new Set(this.files.map((file) => file.name));
    let name = "pasted text";
    for (let number = 2; taken.has(name); number++) name = `pasted text ${number}`;
    const file = emptyFile(name);
    this.files = [...this.files, file];
    this.host.requestUpdate();
    return file;
  }

  remove(id: number): void {
    this.files = this.files.filter((file) => file.id !== id);
    if (this.files.length === 0) this.files = [emptyFile("pasted text")];
    this.checkSoon(0);
  }

  set(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.settingsChanged(this.settings);
    this.checkSoon();
  }

  async example(): Promise<void> {
    this.files = [];
    this.notRead = undefined;
    this.put(EXAMPLE.name, new TextEncoder().encode(EXAMPLE.text));
    this.settings = { ...DEFAULTS, facts: {}, ...EXAMPLE.settings, regions: [] };
    this.settingsChanged(this.settings);
    await this.check();
  }

  async loadServiceTags(file: File): Promise<void> {
    await this.loadData(file, async (name, bytes) => {
      await this.engine.setServiceTags({ name, bytes });
      this.ownServiceTags = name;
    });
  }

  async loadCatalogue(file: File): Promise<void> {
    await this.loadData(file, async (name, bytes) => {
      await this.engine.setCatalogue({ name, bytes });
      this.ownCatalogue = name;
    });
  }

  async forgetOwnData(): Promise<void> {
    this.engine.forgetOwnData();
    this.ownServiceTags = this.ownCatalogue = undefined;
    await this.attempt("loading", async () => void (this.choices = await this.engine.choices()));
    this.checkSoon(0);
  }

  cancel(): void {
    this.run++;
    this.engine.cancel();
    this.busy = "";
    this.cancelled = true;
    this.host.requestUpdate();
  }

  async check(): Promise<void> {
    clearTimeout(this.timer);
    this.cancelled = false;
    if (!this.hasInput) {
      this.run++;
      this.busy = "";
      this.report = this.failure = undefined;
      this.inspections = new Map();
      this.refusals = new Map();
      this.host.requestUpdate();
      return;
    }
    await this.attempt("checking", async (current) => {
      const files = this.files.filter((file) => file.bytes.length > 0);
      const settings = this.settings;
      const refused = await this.engine.setFiles(files.map(({ name, bytes, role, format }) => ({ name, bytes, role, format })));
      if (!current()) return;
      this.refusals = new Map(files.flatMap((file, index) => (refused[index] ? [[file.id, refused[index]]] : [])));
      const taken = files.filter((file, index) => file.role === "device" && !refused[index]);
      const inspections = await this.engine.inspect(settings);
      if (!current()) return;
      this.inspections = new Map(inspections.flatMap((inspection, index) => {
        const file = taken[index];
        return file ? [[file.id, inspection]] : [];
      }));
      this.host.requestUpdate();
      const report = await this.engine.check(settings);
      if (!current()) return;
      this.report = report;
      this.answered = settings;
    });
    if (this.failure) this.report = undefined;
    this.host.requestUpdate();
  }

  /** The report in a form to save, from the same writer as the program's. */
  async render(output: Output): Promise<string | undefined> {
    let text: string | undefined;
    await this.attempt("checking", async () => void (text = await this.engine.render(this.answered, output)));
    return text;
  }

  private put(name: string, bytes: Bytes): void {
    const empty = this.files.find((file) => file.bytes.length === 0);
    const filled = withBytes(empty ?? emptyFile(name), name, bytes);
    this.files = empty ? this.files.map((file) => (file === empty ? filled : file)) : [...this.files, filled];
  }

  private replace(id: number, change: (file: UserFile) => UserFile): void {
    this.files = this.files.map((file) => (file.id === id ? change(file) : file));
    this.host.requestUpdate();
  }

  private checkSoon(pause = PAUSE_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), pause);
    this.host.requestUpdate();
  }

  private async loadData(file: File, take: (name: string, bytes: Bytes) => Promise<void>): Promise<void> {
    await this.attempt("loading", async () => {
      const content = await readFile(file);
      if (typeof content === "string") throw new EngineFailure({ id: "not-read", message: content });
      await take(file.name, content);
      this.choices = await this.engine.choices();
    });
    if (!this.failure) this.checkSoon(0);
  }

  /** Runs something, showing that it runs and what went wrong. A later run makes an earlier one's answer void. */
  private async attempt(busy: "loading" | "checking", work: (current: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++this.run;
    const current = () => mine === this.run;
    this.busy = busy;
    this.failure = undefined;
    this.host.requestUpdate();
    try {
      await work(current);
    } catch (error) {
      if (current() && !(error instanceof Cancelled)) this.failure = explain(error);
    }
    if (current()) this.busy = "";
    this.host.requestUpdate();
  }
}

function explain(error: unknown): Failure {
  if (error instanceof EngineFailure) return error.failure;
  return { id: "page", message: error instanceof Error ? error.message : String(error) };
}
