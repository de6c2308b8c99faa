// Everything in one module: for other pages, and for the single file.

import { snapshot, wasm } from "virtual:packed";
import { defineEgressCheck } from "../elements/egress-check";
import { fromBase64, unpack } from "../engine/assets";

defineEgressCheck({
  wasm: () => unpack(fromBase64(wasm)),
  snapshot: () => unpack(fromBase64(snapshot)),
});
