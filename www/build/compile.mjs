import { fileURLToPath } from "node:url";
import { build } from "vite";

const www = fileURLToPath(new URL("../", import.meta.url));

/** One entry, with modules that the build makes up, as the text of one script. */
export async function compile(entry, format, virtual) {
  const result = await build({
    root: www,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [made(virtual)],
    build: {
      write: false,
      target: "es2022",
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: `${www}${entry}`, output: { format, codeSplitting: false } },
    },
  });
  const chunks = result.output.filter((file) => file.type === "chunk");
  if (chunks.length !== 1) throw new Error(`${entry} became ${chunks.length} scripts; one is wanted`);
  return chunks[0].code;
}

const made = (modules) => ({
  name: "made-up-modules",
  resolveId: (id) => (id in modules ? `\0${id}` : undefined),
  load: (id) => (id.startsWith("\0") ? modules[id.slice(1)] : undefined),
});
