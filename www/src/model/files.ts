import type { Bytes, Role } from "../engine/protocol";
import { decode } from "./text";

/** Larger files are refused by the engine; saying so at once saves reading them. */
const MAX_BYTES = 32 * 2 ** 20;
/** A text box takes about 160 ms of layout a megabyte; up to this size nobody notices. */
const EDITABLE_BYTES = 64 * 1024;

/** Something that the user pasted, dropped or chose. */
export interface UserFile {
  readonly id: number;
  readonly name: string;
  readonly bytes: Bytes;
  readonly role: Role;
  /** The text, where it is short enough to be edited. */
  readonly text: string | undefined;
  /** The format that the user chose instead of the detected one. */
  readonly format: string | undefined;
}

let nextId = 1;

export function emptyFile(name: string): UserFile {
  return { id: nextId++, name, bytes: new Uint8Array(), role: "device", text: "", format: undefined };
}

/** The same file with another text, as the user types or pastes. */
export function withText(file: UserFile, text: string): UserFile {
  const bytes = new TextEncoder().encode(text);
  return { ...file, bytes, text: bytes.length <= EDITABLE_BYTES ? text : undefined };
}

export function withBytes(file: UserFile, name: string, bytes: Bytes): UserFile {
  const text = bytes.length <= EDITABLE_BYTES ? decode(bytes) : undefined;
  return { ...file, name, bytes, text };
}

/** The bytes of a chosen file, or the sentence that says why it was not read. */
export async function readFile(file: File): Promise<Bytes | string> {
  if (file.size > MAX_BYTES) {
    return `${file.name} has ${size(file.size)}. At most ${size(MAX_BYTES)} are read. Export only the rules that you need.`;
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return `${file.name} could not be read. A folder cannot be dropped; choose the files in it.`;
  }
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
