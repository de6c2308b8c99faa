// The site: code in the page, data in files beside it.

import { defineEgressCheck } from "../elements/egress-check";
import { unpack } from "../engine/assets";

/** Reads bytes whatever type the server gives them, so that a server that does not know wasm is no obstacle. */
async function load(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok) throw new Error(`The page's own file ${path} could not be loaded (${response.status}).`);
  return unpack(new Uint8Array(await response.arrayBuffer()));
}

/** Makes a thing once; a failure is not kept, so that it can be tried again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}

const assets = {
  wasm: once(() => load("egress-check.wasm")),
  snapshot: once(() => load("service-tags-public.gz")),
};

/** With everything loaded, the page gives up the network for good. */
async function closeConnections(): Promise<void> {
  await Promise.all([assets.wasm(), assets.snapshot()]);
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "connect-src 'none'";
  document.head.append(policy);
}

defineEgressCheck(assets);
closeConnections().catch(() => {
  // The element shows what could not be loaded.
});
