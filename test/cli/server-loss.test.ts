import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Received, type Script, startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";
import { start } from "./start.ts";

const CASES = 40;
const json = { "content-type": "application/json" };
const sound: Script = { steps: [{ wait: 30 }, chunk({ content: "4" }), chunk({}, "stop"), usage, done] };
const probe = (body = '{"id":"m-1"}', status = 200): Script => ({
  status,
  headers: json,
  steps: [{ send: body }],
});

function folder(models: readonly string[], settings = "concurrency: 4"): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-loss-"));
  const cases = Array.from({ length: CASES }, (_, at) => `{"id":"c${at}","q":"number ${at}."}\n`);
  writeFileSync(join(cwd, "cases.jsonl"), cases.join(""));
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: loss
models:
${models.map((model, at) => `  m${at}: { ${model} }`).join("\n")}
settings: { ${settings} }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "4" } }] }
`,
  );
  return cwd;
}

function journal(cwd: string): readonly { caseId: string }[] {
  const [id = ""] = readdirSync(join(cwd, "results/loss"));
  const text = readFileSync(join(cwd, "results/loss", id, "samples.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("a server that goes away in the middle and comes back costs time and no sample", async () => {
  const answer = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const step of sound.steps) if ("send" in step) response.write(step.send);
    response.end();
  };
  let [asked, port] = [0, 0];
  let server: Server;
  const open = () =>
    new Promise<void>((resolve) => {
      server = createServer((request, response) => {
        request.resume();
        if (request.method === "GET") return void response.writeHead(200, json).end('{"id":"m-1"}');
        asked += 1;
        if (asked !== 15) return void setTimeout(answer, 20, response);
        // Nobody listens for a while: what is in flight is reset, what comes is refused.
        server.closeAllConnections();
        server.close();
        setTimeout(() => void open(), 1500);
      });
      server.listen(port, "127.0.0.1", () => {
        port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  await open();
  const cwd = folder([`backend: openai, model: m-1, base_url: "http://127.0.0.1:${port}/v1"`]);
  const said = await program(["run", "suite.yaml", "--no-cache", "--json"], { cwd });
  expect(said.code, said.stderr).toBe(0);
  expect(JSON.parse(said.stdout).totals).toMatchObject({ answered: CASES, failed: 0 });
  expect(new Set(journal(cwd).map(({ caseId }) => caseId)).size).toBe(CASES);
  await new Promise((resolve) => server.close(resolve));
}, 60_000);

test("a model whose calls fail 20 times in a row is tried again by one call, with nothing else going on", async () => {
  let asked = 0;
  const server = await startWireServer(({ method }) => {
    if (method === "GET") return probe();
    asked += 1;
    return asked <= 33 ? probe('{"error":{"message":"boom"}}', 500) : sound;
  });
  const cwd = folder([`backend: openai, model: m-1, base_url: "${server.url}/v1"`], "concurrency: 32");
  const said = await program(["run", "suite.yaml", "--no-cache", "--json"], { cwd });
  await server.close();
  expect(said.code, said.stderr).toBe(0);
  expect(said.stderr).toMatch(/m0 waits 2 s: 20 calls in a row failed;\s+then\s+one tries again\./);
  expect(JSON.parse(said.stdout).totals).toMatchObject({ answered: CASES, failed: 0 });
}, 60_000);

test("one sample that always breaks is given up after its attempts; the others are answered, and the run exits 3", async () => {
  const broken = ({ body }: Received) => JSON.stringify(body).includes("number 7.");
  const server = await startWireServer((request) => {
    if (request.method === "GET") return probe();
    return broken(request) ? probe('{"error":{"message":"boom"}}', 500) : sound;
  });
  const cwd = folder([`backend: openai, model: m-1, base_url: "${server.url}/v1"`], "max_attempts: 3");
  const said = await program(["run", "suite.yaml", "--no-cache", "--json"], { cwd });
  expect(said.code, said.stderr).toBe(3);
  expect(JSON.parse(said.stdout).totals).toMatchObject({ answered: CASES - 1, failed: 1, unscored: 1 });
  expect(server.received.filter((one) => one.method === "POST" && broken(one))).toHaveLength(3);
  await server.close();
}, 60_000);

describe("before the first sample", () => {
  const listing = '{"data":[{"id":"gpt-4o"},{"id":"gpt-4o-mini"}]}';
  const rows: readonly (readonly [string, string, (request: Received) => Script, RegExp, RegExp])[] = [
    [
      "a key that is refused",
      "backend: openai, model: gpt-4o",
      () => probe('{"error":{"message":"Incorrect API key provided"}}', 401),
      /error\[E2001\]: /,
      /OPENAI_API_KEY/,
    ],
    [
      "a model that nobody knows",
      "backend: openai, model: gpt-4oo",
      ({ path }) => (path.endsWith("/models") ? probe(listing) : probe('{"error":{"message":"no"}}', 404)),
      /error\[E2004\]: .*gpt-4oo/,
      /gpt-4o,? /,
    ],
    [
      "a model that Ollama has not pulled",
      'backend: ollama, model: "llama3:70b"',
      ({ path }) =>
        path.endsWith("/api/tags")
          ? probe('{"models":[{"name":"llama3:8b"}]}')
          : probe('{"error":"not found"}', 404),
      /error\[E2004\]: .*llama3:70b/,
      /ollama pull llama3:70b/,
    ],
  ];
  test.each(rows)("%s is told with the way out: exit 4, and no other model is started", async (...row) => {
    const [, model, answer, words, wayOut] = row;
    const bad = await startWireServer(answer);
    const good = await startWireServer(({ method }) => (method === "GET" ? probe() : sound));
    const base = model.includes("ollama") ? bad.url : `${bad.url}/v1`;
    const cwd = folder([
      `backend: openai, model: m-1, base_url: "${good.url}/v1"`,
      `${model}, base_url: "${base}"`,
    ]);
    const { ended } = start(cwd, ["run", "suite.yaml"], {
      env: { PATH: process.env["PATH"], OPENAI_API_KEY: "sk-test-0123456789" },
    });
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(wayOut);
    expect(
      [...bad.received, ...good.received].filter(({ path }) => /completions|\/api\/chat/.test(path)),
    ).toEqual([]);
    expect(readdirSync(cwd)).not.toContain("results");
    await bad.close();
    await good.close();
  });
});
