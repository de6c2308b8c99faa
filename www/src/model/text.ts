import type { Bytes } from "../engine/protocol";

/** The text of a file for reading on the page; undefined for what is no text. The engine decodes for itself. */
export function decode(bytes: Bytes): string | undefined {
  const text = new TextDecoder(encoding(bytes)).decode(bytes);
  return text.slice(0, 4096).includes("\0") ? undefined : text;
}

function encoding(bytes: Bytes): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // UTF-16 without its mark: Western text has a zero in every other byte.
  if (first !== 0 && second === 0 && bytes[3] === 0) return "utf-16le";
  if (first === 0 && second !== 0 && bytes[2] === 0) return "utf-16be";
  return "utf-8";
}

/** A long text, cut into lines as they are asked for. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf("\n"); at >= 0 && at + 1 < text.length; at = text.indexOf("\n", at + 1)) {
      this.starts.push(at + 1);
    }
  }

  get count(): number {
    return this.starts.length;
  }

  /** The lines from a 1-based number on, each cut to a width that a screen can show. */
  slice(from: number, count: number): { number: number; text: string }[] {
    return this.starts.slice(from - 1, from - 1 + count).map((start, index) => {
      const end = this.starts[from + index] ?? this.text.length;
      return { number: from + index, text: this.text.slice(start, Math.min(end, start + 500)).replace(/\r?\n$/, "") };
    });
  }

  /** Where a 1-based line begins. */
  start(number: number): number {
    return this.starts[number - 1] ?? this.text.length;
  }
}
