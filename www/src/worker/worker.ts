// The worker's side: one session of the engine, and messages to and from it. It is built into one text of its own.

import type { Api, Failure, Request, Response } from "../engine/protocol";
import { initSync, Session } from "../pkg/egress_check.js";

let session: Session | undefined;

function live(): Session {
  if (!session) throw { id: "not-started", message: "The check has not started yet." } satisfies Failure;
  return session;
}

const api: Api = {
  start(wasm, snapshot) {
    initSync({ module: wasm });
    session = new Session();
    return session.setSnapshot(snapshot);
  },
  choices: () => ({ catalogue: live().catalogue(), formats: live().formats(), regions: live().regions() }),
  setServiceTags: (name, bytes) => live().setServiceTags(name, bytes),
  setCatalogue: (name, bytes) => live().setCatalogue(name, bytes),
  setFiles(files) {
    live().clearFiles();
    return files.map((file) => {
      try {
        live().addFile(file.name, file.bytes, file.role, file.format);
        return null;
      } catch (error) {
        return failure(error);
      }
    });
  },
  inspect: (settings) => live().inspect(settings),
  check: (settings) => live().check(settings),
  render: (settings, output) => live().render(settings, output),
};

/** The engine throws plain objects; anything else is a fault of the tool. */
function failure(error: unknown): Failure {
  if (typeof error === "object" && error !== null && "id" in error && "message" in error) return error as Failure;
  return {
    id: "internal",
    message: "The check stopped because of a fault in this tool. Your text is still here.",
    hint: error instanceof Error ? error.message : String(error),
  };
}

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  let response: Response;
  try {
    const call = api[data.method] as (...args: unknown[]) => unknown;
    response = { id: data.id, result: call(...data.args) };
  } catch (error) {
    response = { id: data.id, failure: failure(error) };
  }
  postMessage(response);
});
