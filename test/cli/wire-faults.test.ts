import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chunk, done, event, usage } from "../servers/openai.ts";
import { type Script, SILENCE, type Step, startWireServer } from "../servers/wire.ts";
import { command } from "./said.ts";

const WORD = "four";
const sse = (...steps: readonly Step[]): Script => ({ steps });
const says = (status: number, body = "", headers: { readonly [name: string]: string } = {}): Script => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  steps: [{ send: body }],
});
const sound = sse(chunk({ content: WORD }), chunk({}, "stop"), usage, done);
const half = chunk({ content: "fo" });

/** Each fault, and what it is called in the journal. */
const FAULTS: readonly (readonly [fault: string, code: string, script: Script])[] = [
  ["a reset before headers", "connection-lost", { steps: [], isReset: true }],
  ["a reset in the body", "connection-lost", sse(half, { wait: 10 }, { reset: true })],
  ["no headers at all", "timeout", { steps: [], isSilent: true }],
  ["headers, then silence", "timeout", sse(SILENCE)],
  ["a stream that stalls", "timeout", sse(half, SILENCE)],
  ["a stream without its last event", "connection-lost", sse(half)],
  ["JSON that is cut", "bad-response", sse(half, { send: 'data: {"choices":[{"del\n\n' })],
  ["200 with a page of HTML", "bad-response", says(200, "<!doctype html>\n<title>Log in</title>\n")],
  ["200 with an error for a body", "bad-response", says(200, '{"error":{"message":"boom"}}')],
  ["an error within the stream", "server-error", sse(half, event({ error: { message: "boom", type: "x" } }))],
  ["500", "server-error", says(500, '{"error":{"message":"boom"}}')],
  ["502", "server-error", says(502, "<html>Bad gateway</html>")],
  ["429 with an hour to wait", "rate-limited", says(429, "", { "retry-after": "3600" })],
  ["401", "auth", says(401, '{"error":{"message":"no"}}')],
  ["404", "unknown-model", says(404, '{"error":{"message":"no"}}')],
  ["a spent quota", "quota", says(429, '{"error":{"code":"insufficient_quota","message":"no"}}')],
  ["a prompt that is too long", "context-too-long", says(400, '{"error":{"message":"maximum context"}}')],
];

/** What turns a call down is asked five times as often: it tells nothing about the sample. */
const TURNED_DOWN: typeof FAULTS = [
  ["503", "overloaded", says(503)],
  ["529", "overloaded", says(529)],
  ["429 without a header", "rate-limited", says(429)],
  ["429 with garbage for a wait", "rate-limited", says(429, "", { "retry-after": "soon" })],
];

let server: Awaited<ReturnType<typeof startWireServer>>;
/** What the next asks get; the last stays. */
let scripts: Script[] = [sound];
beforeAll(async () => {
  server = await startWireServer(({ method }) => {
    if (method === "GET") return says(200, '{"id":"m-1"}');
    return (scripts.length > 1 ? scripts.shift() : scripts[0]) ?? sound;
  });
});
afterAll(() => server.close());

function folder(attempts: number, { url = server.url, settings = "" } = {}): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-wire-"));
  writeFileSync(join(cwd, "cases.jsonl"), '{"id":"a","q":"2+2"}\n');
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: wire
models:
  m: { backend: openai, model: m-1, base_url: "${url}/v1" }
settings: { max_attempts: ${attempts}${settings} }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: ${WORD} } }] }
`,
  );
  return cwd;
}

/** Only who waits for a server that is silent is in a hurry: a busy machine is slow to answer. */
const hastiness = (failure: string) => (failure === "timeout" ? ", idle_timeout: 1s" : "");

interface Kept {
  readonly outcome: { readonly kind: string; readonly failure?: { readonly code: string } };
}

function journal(cwd: string): readonly Kept[] {
  const runs = join(cwd, "results/wire");
  const [id = ""] = readdirSync(runs);
  return readFileSync(join(runs, id, "samples.jsonl"), "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const asked = () => server.received.filter(({ method }) => method === "POST").length;

describe("a fault that does not go away", () => {
  test.each(FAULTS)("%s: the sample is missing as %s, never wrong, and the run exits 3", async (...row) => {
    const [, failure, script] = row;
    const cwd = folder(1, { settings: hastiness(failure) });
    scripts = [script];
    const before = asked();
    const { code, stdout, stderr } = await command(["run", "suite.yaml", "--no-cache", "--json"], { cwd });
    expect(code, stderr).toBe(3);
    expect(asked() - before).toBe(1);
    const { totals } = JSON.parse(stdout);
    expect(totals).toMatchObject({ answered: 0, failed: 1, unscored: 1 });
    expect(journal(cwd).map(({ outcome }) => [outcome.kind, outcome.failure?.code])).toEqual([
      ["failed", failure],
    ]);
    scripts = [sound];
    const resumed = await command(["resume", "latest", "--no-cache"], { cwd });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(journal(cwd).at(-1)?.outcome.kind).toBe("answered");
  });
});

const passing = [...FAULTS.filter(([fault]) => /reset|stream|JSON|50\d/.test(fault)), ...TURNED_DOWN];
test.each(passing)("%s, once: the sample is asked again and the run exits 0", async (...row) => {
  const [, failure, script] = row;
  const cwd = folder(2, { settings: hastiness(failure) });
  scripts = [script, sound];
  const before = asked();
  const { code, stderr } = await command(["run", "suite.yaml", "--no-cache"], { cwd });
  expect(code, stderr).toBe(0);
  expect(asked() - before).toBe(2);
  expect(journal(cwd)).toHaveLength(1);
});

/** An address of this machine where nobody listens any more. */
async function deserted(): Promise<string> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

describe("before the first sample", () => {
  const probes: readonly (readonly [fault: string, says: RegExp, url: () => string | Promise<string>])[] = [
    ["a server that is not there", /error\[E2005\]: .*\(ECONNREFUSED\)/, deserted],
    ["a name that nobody knows", /error\[E2005\]: .*\((ENOTFOUND|EAI_AGAIN)\)/, () => "http://no.localhost"],
  ];
  test.each(probes)("%s is told: exit 4, nothing is sent", async (...row) => {
    const [, words, url] = row;
    const cwd = folder(3, { url: await url() });
    const { code, stderr } = await command(["run", "suite.yaml"], { cwd });
    expect(code).toBe(4);
    expect(stderr).toMatch(words);
    expect(readdirSync(cwd)).not.toContain("results");
  });
});
