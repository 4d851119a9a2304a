import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bugText } from "../../src/cli/failure.ts";
import * as anthropic from "../servers/anthropic.ts";
import { chunk, done, event, usage } from "../servers/openai.ts";
import { type Received, type Script, SILENCE, startWireServer } from "../servers/wire.ts";
import { command, program } from "./said.ts";
import { start } from "./start.ts";

const KEY = "sk-live-4f9b2c7e1d8a6035";
const FORMATS = ["html", "markdown", "junit", "csv", "json", "badge", "annotations", "terminal"];

let server: Awaited<ReturnType<typeof startWireServer>>;

/** Says the key back wherever a server can: in answers, calls of tools, names, headers and errors. */
function echo({ method, body }: Received): Script {
  const headers = { "content-type": "application/json", "x-request-id": KEY };
  if (method === "GET") return { headers, steps: [{ send: JSON.stringify({ id: "m-1", owned_by: KEY }) }] };
  const asked = JSON.stringify(body);
  if (asked.includes("status"))
    return { status: 400, headers, steps: [{ send: JSON.stringify({ error: { message: `bad ${KEY}` } }) }] };
  if (asked.includes("stream of errors"))
    return { steps: [chunk({ content: `half ${KEY}` }), event({ error: { message: `no ${KEY}` } })] };
  const tool = { index: 0, function: { name: `say_${KEY}`, arguments: JSON.stringify({ key: KEY }) } };
  return {
    steps: [chunk({ content: `Your key is ${KEY}.`, tool_calls: [tool] }), chunk({}, "stop"), usage, done],
  };
}

beforeAll(async () => {
  server = await startWireServer((request) => {
    const script = echo(request);
    return request.method === "GET"
      ? script
      : { headers: { "content-type": "text/event-stream" }, ...script };
  });
});
afterAll(() => server.close());

function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-secret-"));
  const asks = ["answer", "answer again", "status", "stream of errors"];
  writeFileSync(
    join(cwd, "cases.jsonl"),
    asks.map((q, at) => `${JSON.stringify({ id: `c${at}`, q })}\n`).join(""),
  );
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: secret
models:
  a: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
  b: { backend: openai, model: m-2, base_url: "${server.url}/v1" }
settings: { max_attempts: 1 }
tasks:
  t: { dataset: cases.jsonl, prompt: "Please: {{ q }}", scorers: [{ exact: { expected: "{{ q }}" } }] }
gate: { baseline: a, candidates: [b], require: [{ metric: score, margin: 0.1 }] }
`,
  );
  return cwd;
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

test("a key that the server says back is in no file and in nothing that is printed", async () => {
  const cwd = folder();
  const variables = { OPENAI_API_KEY: KEY };
  const said = [await command(["run", "suite.yaml"], { cwd, variables })];
  expect(said[0]?.code).toBe(3);
  expect(server.received.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
  const formats = FORMATS.flatMap((format) => ["--format", format]);
  const commands = [
    ["compare", "latest"],
    ["compare", "latest", "--json"],
    ["gate", "latest"],
    ["list"],
    ["doctor", "suite.yaml"],
    ["report", "latest", "--policy", "suite.yaml", ...formats, "--output", "reports"],
    ["view", "latest"],
    ["trend", "secret"],
    ["plan", "suite.yaml"],
    ["resume", "latest"],
  ];
  for (const args of commands) said.push(await program(args, { cwd, variables }));
  const files = filesBelow(cwd);
  expect(files.filter((path) => /samples\.jsonl|\.html|junit|\.svg|\.md/.test(path)).length).toBeGreaterThan(
    4,
  );
  expect(files.filter((path) => readFileSync(path, "utf8").includes(KEY))).toEqual([]);
  expect(said.filter(({ stdout, stderr }) => (stdout + stderr).includes(KEY))).toEqual([]);
  const journal = readFileSync(files.find((path) => path.endsWith("samples.jsonl")) ?? "", "utf8");
  expect(journal).toContain("Your key is [redacted].");
  expect(journal).toContain('"key-redacted"');
}, 120_000);

test("a word that stands for no key is left in answers", async () => {
  const cwd = folder();
  const variables = { OPENAI_API_KEY: "answer" };
  await command(["run", "suite.yaml"], { cwd, variables });
  const journal = filesBelow(cwd).find((path) => path.endsWith("samples.jsonl")) ?? "";
  expect(readFileSync(journal, "utf8")).not.toContain("key-redacted");
});

test("the text of a crash shows no value of a variable that is named as a secret", () => {
  const text = bugText(new Error(`no such header: ${KEY} \u001b[31m`), { MY_TOKEN: KEY, HOME: "/no such" });
  expect(text).toMatch(/^a bug in evals: Error: no such header: \[redacted\] \\u\{1b\}\[31m\n\s+at /);
});

test("a key that Anthropic's API says back, piece by piece, is in no file either", async () => {
  const half = KEY.length / 2;
  const other = await startWireServer(({ method }) =>
    method === "GET"
      ? { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] }
      : {
          steps: [
            anthropic.start(),
            anthropic.openText,
            anthropic.text(`Your key is ${KEY.slice(0, half)}`),
            anthropic.text(KEY.slice(half)),
            anthropic.stop("end_turn"),
            anthropic.over,
          ],
        },
  );
  const cwd = folder();
  const suite = readFileSync(join(cwd, "suite.yaml"), "utf8");
  const base = `backend: anthropic, max_tokens: 9, model: m-1, base_url: "${other.url}"`;
  writeFileSync(join(cwd, "suite.yaml"), suite.replaceAll(/backend: openai.*\/v1"/g, base));
  const said = await program(["run", "suite.yaml", "--json"], { cwd, variables: { ANTHROPIC_API_KEY: KEY } });
  expect(said.code, said.stderr).toBe(0);
  expect(other.received.some(({ headers }) => JSON.stringify(headers).includes(KEY))).toBe(true);
  expect(filesBelow(cwd).filter((path) => readFileSync(path, "utf8").includes(KEY))).toEqual([]);
  expect(said.stdout + said.stderr).not.toContain(KEY);
  const journal = filesBelow(cwd).find((path) => path.endsWith("samples.jsonl")) ?? "";
  expect(readFileSync(journal, "utf8")).toContain("Your key is [redacted]");
  await other.close();
}, 60_000);

test("a key among the names that a server lists is not shown as a hint", async () => {
  const lists = await startWireServer(({ path }) => ({
    status: path.endsWith("/models") ? 200 : 404,
    headers: { "content-type": "application/json" },
    steps: [{ send: JSON.stringify({ data: [{ id: KEY }] }) }],
  }));
  const cwd = folder();
  const suite = readFileSync(join(cwd, "suite.yaml"), "utf8");
  writeFileSync(join(cwd, "suite.yaml"), suite.replaceAll(server.url, lists.url));
  const said = await program(["run", "suite.yaml"], { cwd, variables: { OPENAI_API_KEY: KEY } });
  expect(said.code).toBe(4);
  expect(said.stderr).toContain("Its models: [redacted].");
  expect(said.stdout + said.stderr).not.toContain(KEY);
  await lists.close();
});

test("a crash of the process prints no key, whatever stands around it in the environment", async () => {
  const silent = await startWireServer(({ method }) =>
    method === "GET"
      ? { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] }
      : { steps: [SILENCE] },
  );
  const cwd = folder();
  const suite = readFileSync(join(cwd, "suite.yaml"), "utf8");
  writeFileSync(join(cwd, "suite.yaml"), suite.replaceAll(server.url, silent.url));
  const crash = `process.on("SIGUSR2", () => { throw new Error("sent " + process.env.OPENAI_API_KEY.trim()); });`;
  const env = {
    PATH: process.env["PATH"],
    OPENAI_API_KEY: `${KEY}\n`,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
  };
  const { child, ended } = start(cwd, ["run", "suite.yaml"], { env });
  while (!silent.received.some(({ method }) => method === "POST") && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGUSR2");
  const { code, stdout, stderr } = await ended;
  expect(code, stderr).toBe(5);
  expect(stderr).toContain("error[E5000]: a bug in evals: Error: sent [redacted]");
  expect(stdout + stderr).not.toContain(KEY);
  expect(filesBelow(cwd).filter((path) => readFileSync(path, "utf8").includes(KEY))).toEqual([]);
  await silent.close();
}, 60_000);
