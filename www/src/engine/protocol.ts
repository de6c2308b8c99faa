import type { CatalogueInfo } from "../generated/CatalogueInfo";
import type { CatalogueView } from "../generated/CatalogueView";
import type { FileInspection } from "../generated/FileInspection";
import type { FormatInfo } from "../generated/FormatInfo";
import type { Report } from "../generated/Report";
import type { ServiceTagsInfo } from "../generated/ServiceTagsInfo";
import type { Settings } from "../generated/Settings";

export type Bytes = Uint8Array<ArrayBuffer>;
export type Role = "device" | "attachment";
export type Output = "json" | "csv" | "markdown";

/** A file as it crosses into the worker. */
export interface SentFile {
  name: string;
  bytes: Bytes;
  role: Role;
  /** The format that the user forces; undefined for the detected one. */
  format: string | undefined;
}

/** What went wrong, for people. */
export interface Failure {
  id: string;
  message: string;
  hint?: string | null;
  line?: number | null;
}

/** What can be chosen, from the data that is loaded. */
export interface Choices {
  catalogue: CatalogueView;
  formats: FormatInfo[];
  regions: string[];
}

/** What the worker answers. */
export interface Api {
  start(wasm: Bytes, snapshot: Bytes): ServiceTagsInfo;
  choices(): Choices;
  setServiceTags(name: string, bytes: Bytes): ServiceTagsInfo;
  setCatalogue(name: string, bytes: Bytes): CatalogueInfo;
  /** Replaces all files. A file that cannot be taken has its failure at its place. */
  setFiles(files: SentFile[]): (Failure | null)[];
  inspect(settings: Settings): FileInspection[];
  check(settings: Settings): Report;
  render(settings: Settings, output: Output): string;
}

export type Method = keyof Api;

export interface Request {
  id: number;
  method: Method;
  args: unknown[];
}

export interface Response {
  id: number;
  result?: unknown;
  failure?: Failure;
}
