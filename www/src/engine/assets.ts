import notices from "virtual:notices";

/** What the element needs besides its code; where it comes from differs between the site and the single file. */
export interface Assets {
  wasm(): Promise<Uint8Array<ArrayBuffer>>;
  /** The shipped service tags, unpacked. */
  snapshot(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Unpacks gzip; bytes that are not gzip come back as they are, for a server may have unpacked them on the way. */
export async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export async function licenceNotices(): Promise<string> {
  return new TextDecoder().decode(await unpack(fromBase64(notices)));
}
