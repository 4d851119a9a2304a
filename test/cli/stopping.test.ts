import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LATE_NOTE } from "../../src/domain/outcome.ts";
import { chunk, done, usage } from "../servers/openai.ts";
import { gate, startWireServer } from "../servers/wire.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
const CASES = 12;
const CONCURRENCY = 4;

let server: Awaited<ReturnType<typeof startWireServer>>;
/** How long an answer takes, ms. */
let delay = 0;
/** Calls that are answered before the others are held, and until when. */
let held = { after: Number.POSITIVE_INFINITY, until: Promise.resolve() };
beforeAll(async () => {
  server = await startWireServer(({ method }) => {
    if (method === "GET")
      return { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] };
    const wait = asked() > held.after ? { until: held.until } : { wait: delay };
    return { steps: [chunk({ content: "4" }), wait, chunk({}, "stop"), usage, done] };
  });
});
afterAll(() => server.close());
beforeEach(() => {
  delay = 0;
  held = { after: Number.POSITIVE_INFINITY, until: Promise.resolve() };
});

/** Holds what is asked from now on, but for the first `answered` calls; gives what lets the answers go. */
function hold(answered = 0): () => void {
  const { opened, open } = gate();
  held = { after: asked() + answered, until: opened };
  return open;
}

function folder(settings = ""): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-stop-"));
  const cases = Array.from({ length: CASES }, (_, at) => JSON.stringify({ id: `c${at}`, q: `2+2 (${at})` }));
  writeFileSync(join(cwd, "cases.jsonl"), `${cases.join("\n")}\n`);
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: stop
models:
  m: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
settings: { concurrency: ${CONCURRENCY}${settings} }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "4" } }] }
`,
  );
  return cwd;
}

interface Options {
  readonly node?: readonly string[];
  readonly args?: readonly string[];
  readonly shell?: string;
}

/** Starts evals; `shell` goes before it in a shell of its own, such as `ulimit -f 8; exec`. */
function start(cwd: string, { node = [], args = ["run", "suite.yaml"], shell }: Options = {}) {
  const words = [process.execPath, ...node, main, ...args, ...(args[0] === "gate" ? [] : ["--no-cache"])];
  const child =
    shell === undefined
      ? spawn(words[0] ?? "", words.slice(1), { cwd })
      : spawn("bash", ["-c", `${shell} "$@"`, "bash", ...words], { cwd });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += String(data);
  });
  child.stdout.resume();
  const ended = new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  return { child, ended, stderr: () => stderr };
}

const asked = () => server.received.filter(({ method }) => method === "POST").length;

async function until(isTrue: () => boolean, child: ChildProcess): Promise<void> {
  while (!isTrue() && child.exitCode === null) await sleep(5);
}

const untilAsked = (count: number, before: number, child: ChildProcess) =>
  until(() => asked() - before >= count, child);

function journal(cwd: string): readonly string[] {
  const runs = join(cwd, "results/stop");
  const [id = ""] = readdirSync(runs).toSorted();
  return readFileSync(join(runs, id, "samples.jsonl"), "utf8")
    .split("\n")
    .slice(0, -1);
}

/** Finishes the run: what is in the journal is not asked again. */
async function finish(cwd: string): Promise<void> {
  held = { after: Number.POSITIVE_INFINITY, until: Promise.resolve() };
  const [kept, before] = [journal(cwd).length, asked()];
  const resumed = start(cwd, { args: ["resume", "latest"] });
  expect(await resumed.ended, resumed.stderr()).toMatchObject({ code: 0 });
  expect(asked() - before).toBe(CASES - kept);
  expect(new Set(journal(cwd).map((line) => JSON.parse(line).caseId)).size).toBe(CASES);
}

describe("a signal", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 143],
  ] as const)(
    "%s stops dispatching, keeps the calls in flight, and exits %i with the way on",
    async (...row) => {
      const [signal, code] = row;
      const cwd = folder();
      const release = hold();
      const before = asked();
      const run = start(cwd);
      await untilAsked(CONCURRENCY, before, run.child);
      run.child.kill(signal);
      await until(() => run.stderr().includes("s for the calls in flight"), run.child);
      release();
      expect(await run.ended, run.stderr()).toMatchObject({ code });
      expect(run.stderr()).toMatch(/evals resume \d{8}-\d{6}-/);
      expect(asked() - before).toBe(CONCURRENCY);
      expect(journal(cwd)).toHaveLength(CONCURRENCY);
      await finish(cwd);
    },
  );

  test("SIGINT twice exits at once with 130, and the journal is valid", async () => {
    const cwd = folder();
    hold();
    const before = asked();
    const run = start(cwd);
    await untilAsked(CONCURRENCY, before, run.child);
    run.child.kill("SIGINT");
    await until(() => run.stderr().includes("once more"), run.child);
    // Sooner than that it would count as an echo of the first.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const second = performance.now();
    run.child.kill("SIGINT");
    expect(await run.ended).toMatchObject({ code: 130 });
    // One signal alone gives the calls in flight 10 s.
    expect(performance.now() - second).toBeLessThan(10_000);
    await finish(cwd);
  });

  test("SIGTERM gives calls that hang 5 s, and exits 143", async () => {
    const cwd = folder();
    hold();
    const before = asked();
    const run = start(cwd);
    await untilAsked(CONCURRENCY, before, run.child);
    const sent = performance.now();
    run.child.kill("SIGTERM");
    expect(await run.ended).toMatchObject({ code: 143 });
    expect(performance.now() - sent).toBeGreaterThan(4500);
    expect(journal(cwd)).toHaveLength(0);
    await finish(cwd);
  });

  test("a reader that goes away (`| head`) ends neither the run nor its exit code", async () => {
    const cwd = folder();
    delay = 30;
    const run = start(cwd);
    run.child.stdout.destroy();
    run.child.stderr.destroy();
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(journal(cwd)).toHaveLength(CASES);
  });
});

describe("a process that ends by itself", () => {
  const trouble = (code: string) => ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
  const onSignal = (code: string) => trouble(`process.on("SIGUSR2", () => { ${code} });`);

  test.each([
    ["an exception that nobody caught", "throw new Error('surprise');"],
    ["a promise that nobody caught", "Promise.reject(new Error('surprise'));"],
  ])("by %s exits 5, never the 1 of a gate, and can be resumed", async (_, code) => {
    const cwd = folder();
    hold(1);
    const before = asked();
    const run = start(cwd, { node: onSignal(code) });
    await untilAsked(CONCURRENCY + 1, before, run.child);
    run.child.kill("SIGUSR2");
    expect(await run.ended).toMatchObject({ code: 5 });
    expect(run.stderr()).toMatch(/error\[E5000\]: a bug in evals: .*surprise/);
    await finish(cwd);
  });

  test("for want of memory can be resumed", async () => {
    const cwd = folder();
    hold(1);
    const hoard = "const all = []; for (;;) all.push(new Array(1e5).fill({}));";
    const before = asked();
    const run = start(cwd, { node: ["--max-old-space-size=120", ...onSignal(hoard)] });
    await untilAsked(CONCURRENCY + 1, before, run.child);
    run.child.kill("SIGUSR2");
    const { code, signal } = await run.ended;
    expect(signal ?? code).not.toBe(0);
    expect(signal === "SIGABRT" || code === 134).toBe(true);
    await finish(cwd);
  });
});

test("a clock that jumps by an hour changes no latency and no wait", async () => {
  const cwd = folder();
  delay = 200;
  const jump = `const now = Date.now; let at = 0; Date.now = () => now() + (at++ % 2 === 0 ? 3600000 : -3600000);`;
  const run = start(cwd, { node: ["--import", `data:text/javascript,${encodeURIComponent(jump)}`] });
  expect(await run.ended, run.stderr()).toMatchObject({ code: 0 });
  const hour = 3_600_000;
  for (const line of journal(cwd)) {
    const { latencyMs } = JSON.parse(line).outcome.answer.timings;
    expect(latencyMs).toBeGreaterThan(190);
    expect(latencyMs).toBeLessThan(hour / 2);
  }
});

test("a run that the machine puts to sleep asks nothing again, and marks the times that it slept through", async () => {
  // Asleep for longer than a server may be silent: what came meanwhile is read all the same.
  const cwd = folder(", idle_timeout: 2s");
  const release = hold();
  const before = asked();
  const run = start(cwd);
  await untilAsked(CONCURRENCY, before, run.child);
  run.child.kill("SIGSTOP");
  held = { after: Number.POSITIVE_INFINITY, until: Promise.resolve() };
  release();
  await sleep(3000);
  run.child.kill("SIGCONT");
  expect(await run.ended, run.stderr()).toMatchObject({ code: 0 });
  expect(asked() - before).toBe(CASES);
  const kept = journal(cwd).map((line) => JSON.parse(line));
  const slept = kept.filter(({ outcome }) => outcome.answer.timings.latencyMs > 2900).slice(0, CONCURRENCY);
  expect(slept).toHaveLength(CONCURRENCY);
  expect(slept.filter(({ outcome }) => !outcome.answer.notes.includes(LATE_NOTE))).toEqual([]);
});

describe("limits of the system itself", () => {
  test("a file that may not grow further (ulimit -f) stops the run with exit 4, and resume finishes it", async () => {
    const cwd = folder();
    delay = 5;
    const run = start(cwd, { shell: "ulimit -f 4; exec" });
    expect(await run.ended).toMatchObject({ code: 4 });
    expect(run.stderr()).toMatch(
      /error\[E3002\]: .*samples\.jsonl cannot be saved: no space is left \(EFBIG\)/,
    );
    expect(run.stderr()).toMatch(/Then: npx evals resume \d{8}-/);
    await finish(cwd);
  });

  const mount = "unshare -rm bash -c 'true'";
  const canMount = spawnSync("bash", ["-c", mount]).status === 0;
  test.runIf(canMount)(
    "a full disk (a small tmpfs) stops the run with exit 4; one too small is told before",
    async () => {
      const cwd = folder();
      const before = asked();
      const onDisk = (size: string, fill: string) =>
        `unshare -rm bash -c 'mkdir -p disk && mount -t tmpfs -o size=${size} tmpfs disk && ${fill} exec "$@"' bash`;
      const args = ["run", "suite.yaml", "--out", "disk"];
      const small = start(cwd, { shell: onDisk("16k", ""), args });
      expect(await small.ended).toMatchObject({ code: 4 });
      expect(small.stderr()).toMatch(/error\[E3007\]: 12 samples need about/);
      expect(asked()).toBe(before);
      // The rest of the disk is taken once the run has begun, and answers come once it is taken.
      const release = hold(1);
      const [begun, taken] = [join(cwd, "begun"), join(cwd, "taken")];
      const wait = `until [ -e "${begun}" ]; do sleep 0.02; done`;
      const filling = `(${wait}; cat /dev/zero > disk/filler 2>/dev/null; touch "${taken}") &`;
      const full = start(cwd, { shell: onDisk("200k", filling), args });
      await untilAsked(CONCURRENCY + 1, before, full.child);
      writeFileSync(begun, "");
      await until(() => existsSync(taken), full.child);
      release();
      expect(await full.ended).toMatchObject({ code: 4 });
      expect(full.stderr()).toMatch(/error\[E3002\]: .* no space is left \(ENOSPC\)/);
      expect(asked() - before).toBeLessThan(CASES + 1);
    },
  );

  test("a results folder that cannot be written is told before any call", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "taken"), "a file");
    const before = asked();
    for (const out of ["taken", "taken/below", "/proc/evals", "/sys/evals"]) {
      const run = start(cwd, { args: ["run", "suite.yaml", "--out", out] });
      expect(await run.ended, out).toMatchObject({ code: 4 });
      expect(run.stderr(), out).toMatch(/error\[E300\d\]: /);
    }
    expect(asked()).toBe(before);
  });
});

test("two processes in one run: the second is refused by pid, host and age, and sends nothing", async () => {
  const cwd = folder();
  const release = hold();
  const before = asked();
  const first = start(cwd);
  await untilAsked(CONCURRENCY, before, first.child);
  const second = start(cwd, { args: ["resume", "latest"] });
  expect(await second.ended).toMatchObject({ code: 4 });
  expect(second.stderr()).toMatch(
    new RegExp(
      `error\\[E3103\\]: this run is being written by process ${first.child.pid} on \\S+, for \\d+ s`,
    ),
  );
  release();
  expect(await first.ended).toMatchObject({ code: 0 });
  expect(asked() - before).toBe(CASES);
  expect(journal(cwd)).toHaveLength(CASES);
});
