// Modules that the build makes up: build/virtual.mjs.

declare module "virtual:worker" {
  /** The worker's code, as text for a blob. */
  const source: string;
  export default source;
}

declare module "virtual:notices" {
  /** Licence notices: gzip, base64. */
  const notices: string;
  export default notices;
}

declare module "virtual:packed" {
  /** The module and the shipped ranges: gzip, base64. */
  export const wasm: string;
  export const snapshot: string;
}
