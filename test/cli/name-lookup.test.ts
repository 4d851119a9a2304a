import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startNameServer } from "../servers/names.ts";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Received, startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";

const CASES = 4;
/** Every call opens a connection of its own, and so looks the name up. */
const closing = { connection: "close" };

async function world() {
  const names = await startNameServer();
  onTestFinished(() => names.close());
  let onAsk = (_: Received) => {};
  const server = await startWireServer((request) => {
    if (request.method === "GET")
      return {
        headers: { ...closing, "content-type": "application/json" },
        steps: [{ send: '{"id":"m-1"}' }],
      };
    onAsk(request);
    return {
      headers: { ...closing, "content-type": "text/event-stream" },
      steps: [chunk({ content: "4" }), chunk({}, "stop"), usage, done],
    };
  });
  onTestFinished(() => server.close());
  const { port } = new URL(server.url);
  const cwd = mkdtempSync(join(tmpdir(), "evals-names-"));
  const cases = Array.from({ length: CASES }, (_, at) => `{"id":"c${at}","q":"number ${at}."}\n`);
  writeFileSync(join(cwd, "cases.jsonl"), cases.join(""));
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: s
models:
  m: { backend: openai, model: m-1, base_url: "http://models.localhost:${port}/v1" }
settings: { concurrency: 1, max_attempts: 1 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "4" } }] }
`,
  );
  const asked = () => server.received.filter(({ method }) => method === "POST");
  return {
    names,
    cwd,
    asked,
    whenAsked: (then: typeof onAsk) => {
      onAsk = then;
    },
    evals: (...args: readonly string[]) =>
      program([...args, "--no-cache"], { cwd, variables: names.variables }),
  };
}

function outcomes(cwd: string): readonly string[] {
  const [id = ""] = readdirSync(join(cwd, "results/s"));
  const text = readFileSync(join(cwd, "results/s", id, "samples.jsonl"), "utf8").trimEnd();
  return text.split("\n").map((line) => {
    const { outcome } = JSON.parse(line);
    return outcome.failure?.code ?? outcome.kind;
  });
}

test.each(["SERVFAIL", "NXDOMAIN"] as const)(
  "a name that stops resolving in the middle (%s) is told, exits 3, and is gone on with once it resolves again",
  async (fault) => {
    const { names, cwd, asked, whenAsked, evals } = await world();
    whenAsked(() => {
      if (asked().length === 3) names.behaviour.answer = fault;
    });
    const { code, stderr } = await evals("run", "suite.yaml");
    expect(code, stderr).toBe(3);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "the address of models.localhost could not be looked up",
    );
    expect(stderr).toContain(fault === "SERVFAIL" ? "EAI_AGAIN" : "ENOTFOUND");
    expect(stderr).toContain("1 of 4 samples have no score: exit 3");
    expect(asked()).toHaveLength(3);
    expect(outcomes(cwd)).toEqual([...Array(3).fill("answered"), "unreachable"]);

    whenAsked(() => undefined);
    names.behaviour.answer = "127.0.0.1";
    const resumed = await evals("resume", "latest");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(asked()).toHaveLength(CASES);
  },
  60_000,
);

test("a name that fails to resolve for a while costs time and no sample", async () => {
  const { names, cwd, asked, whenAsked, evals } = await world();
  whenAsked(() => {
    if (asked().length !== 3) return;
    names.behaviour.answer = "SERVFAIL";
    setTimeout(() => {
      names.behaviour.answer = "127.0.0.1";
    }, 700);
  });
  const { code, stderr } = await evals("run", "suite.yaml");
  expect(code, stderr).toBe(0);
  expect(outcomes(cwd)).toEqual(Array(CASES).fill("answered"));
  expect(asked()).toHaveLength(CASES);
}, 60_000);

test.each(["NXDOMAIN", "silence"] as const)(
  "before the first sample, a name that has no address (%s) is told within seconds: exit 4, nothing is sent",
  async (fault) => {
    const { names, cwd, asked, evals } = await world();
    names.behaviour.answer = fault;
    const from = performance.now();
    const { code, stderr } = await evals("run", "suite.yaml");
    expect(code, stderr).toBe(4);
    expect(stderr).toContain("error[E2005]: ");
    expect(stderr).toContain("models.localhost");
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(names.asked.length).toBeGreaterThan(0);
    expect(asked()).toEqual([]);
    expect(readdirSync(cwd)).not.toContain("results");
  },
  60_000,
);
