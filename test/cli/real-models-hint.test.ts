import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { realModelsHint } from "../../src/cli/real-models-hint.ts";
import { json } from "../servers/ollama.ts";
import { startWireServer } from "../servers/wire.ts";

let server: Awaited<ReturnType<typeof startWireServer>>;
beforeAll(async () => {
  server = await startWireServer(() => json({ models: [{ name: "mistral:7b" }, { name: "odd\u001b[31m" }] }));
});
afterAll(() => server.close());

function io(host: string): Io {
  return {
    out: () => {},
    err: () => {},
    cwd: "/",
    variables: { OLLAMA_HOST: host },
    program: "evals",
    isTty: false,
    color: false,
    columns: 80,
  };
}

test("a model that Ollama has pulled is offered by its name", async () => {
  const hint = await realModelsHint(io(server.url));
  expect(hint).toContain(
    'llama:  { backend: ollama, model: "mistral:7b" }  # pulled here: mistral:7b, odd\\u{1b}[31m',
  );
});

test("where no Ollama answers, the command that pulls a model is told", async () => {
  const gone = await startWireServer(() => json({}));
  await gone.close();
  expect(await realModelsHint(io(gone.url))).toContain("# ollama pull llama3.1:8b");
});
