import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { terminalScreen } from "../../scripts/terminal-screen.mjs";
import type { Io } from "../../src/cli/io.ts";
import { startProgress } from "../../src/cli/progress.ts";
import { program } from "./said.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
const ESCAPE = "\u001b";
// Controls but tab and line feed; bidi, zero-width and tag characters.
const INVISIBLE = /(?![\t\n])\p{Cc}|\p{Cf}/u;

function folder(model = "m", task = "t"): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-terminal-"));
  writeFileSync(
    join(cwd, "cases.jsonl"),
    Array.from({ length: 40 }, (_, at) => `{"id":"c${at}","q":"x"}\n`).join(""),
  );
  writeFileSync(
    join(cwd, "module.mjs"),
    "export default async () => { await new Promise((done) => setTimeout(done, 40)); return 'x'; };",
  );
  const suite = {
    name: `suite of ${task}`,
    models: { [model]: { backend: "module", path: "module.mjs" } },
    settings: { concurrency: 4 },
    tasks: { [task]: { dataset: "cases.jsonl", prompt: "{{ q }}", scorers: [{ exact: { expected: "x" } }] } },
  };
  writeFileSync(join(cwd, "suite.json"), JSON.stringify(suite));
  return cwd;
}

/** What a terminal of so many columns is sent. */
function onTerminal(cwd: string, columns: number, variables: NodeJS.ProcessEnv): string {
  const run = `stty cols ${columns} rows 24; '${process.execPath}' '${main}' run suite.json --no-cache`;
  const { stdout, status } = spawnSync("script", ["-qec", run, "/dev/null"], {
    cwd,
    env: { PATH: process.env["PATH"], TERM: "xterm", ...variables },
    encoding: "utf8",
  });
  expect(status, stdout).toBe(0);
  return stdout;
}

const hasTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

describe.runIf(hasTerminal)("on a terminal", () => {
  test.each([80, 20, 5])("of %d columns the progress is drawn over itself, and no line wraps", (columns) => {
    const model = "ein sehr langer Name 名前名前名前名前";
    const sent = onTerminal(folder(model), columns, {});
    const [, ...frames] = sent.split(`${ESCAPE}[1A${ESCAPE}[0J`);
    expect(frames.length).toBeGreaterThan(2);
    // The last piece is what is printed once the progress is gone.
    for (const frame of frames.slice(0, -1)) {
      const [line = ""] = frame.split("\r\n");
      const wide = line.match(/[\u3000-\u9fff]/g)?.length ?? 0;
      expect([...line].length + wide, line).toBeLessThan(columns);
    }
  });

  test.each([
    ["CI", { CI: "true" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ])("%s gets plain lines: no cursor is moved and nothing is coloured", (_, variables) => {
    expect(onTerminal(folder(), 80, variables)).not.toContain(ESCAPE);
  });

  test("NO_COLOR gets no colour; the progress is still drawn", () => {
    const sent = onTerminal(folder(), 80, { NO_COLOR: "1" });
    expect(sent).toContain(`${ESCAPE}[1A`);
    expect(sent.replaceAll(`${ESCAPE}[1A${ESCAPE}[0J`, "")).not.toContain(ESCAPE);
  });
});

describe("a progress that is drawn", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** What stands on the screen in the end, and a clock of our own. */
  function drawn(columns = 80) {
    const screen = terminalScreen(columns);
    const clock = { ms: 0 };
    const io: Io = {
      out: () => {},
      // A terminal begins each line at its first column.
      err: (text) => screen.write(text.replaceAll("\n", "\r\n")),
      cwd: "/",
      program: "evals",
      variables: {},
      isTty: true,
      color: false,
      columns,
    };
    const progress = startProgress(new Map([["gpt", 4]]), io, () => clock.ms);
    const pass = (ms: number) => {
      clock.ms += ms;
      vi.advanceTimersByTime(ms);
    };
    const lines = () =>
      screen
        .lines()
        .map((runs: readonly { readonly text: string }[]) => runs.map(({ text }) => text).join(""));
    return { progress, pass, lines, write: (text: string) => screen.write(text) };
  }

  test("counts down a wait that it has told", () => {
    const { progress, pass, lines } = drawn();
    progress.sample({ target: "gpt", outcome: "answered", costUsd: 0.5, cached: false });
    pass(1000);
    progress.waiting({ model: "gpt", untilMs: 61_000, reason: "The server answered 429: slow down" });
    pass(20_000);
    expect(lines()).toEqual([
      "gpt waits 1 min 0 s: The server answered 429: slow down",
      "gpt  1/4  waits 40 s  $0.5000",
    ]);
    pass(41_000);
    expect(lines().at(-1)).toMatch(/^gpt {2}1\/4 {2}0\.0 calls\/s {2}\$0\.5000, 3 min 6 s left$/);
    progress.stop();
  });

  test("goes by the calls of now: what the journal or the cache has says nothing about their pace or their cost", () => {
    const { progress, pass, lines } = drawn();
    for (const cached of [true, true]) {
      progress.known("gpt");
      progress.sample({ target: "gpt", outcome: "answered", costUsd: 0.5, cached });
    }
    pass(10_000);
    expect(lines()).toEqual(["gpt  2/4  0.0 calls/s  $0.0000"]);
    progress.sample({ target: "gpt", outcome: "answered", costUsd: 0.25, cached: false });
    pass(100);
    expect(lines()).toEqual(["gpt  3/4  0.1 calls/s  $0.2500, 11 s left"]);
    progress.stop();
  });

  test("leaves nothing behind of a ^C that the terminal writes after it, and its notice stays", () => {
    const { progress, pass, lines, write } = drawn();
    pass(100);
    write("^C");
    progress.notice("stopping");
    pass(300);
    expect(lines()).toEqual(["stopping", "gpt  0/4  0.0 calls/s  $0.0000"]);
    progress.stop();
    expect(lines()).toEqual(["stopping"]);
  });
});

describe("where there is no terminal", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("a line every 30 s says how far the run is, and nothing else is drawn", () => {
    let said = "";
    const io: Io = {
      out: () => {},
      err: (text) => {
        said += text;
      },
      cwd: "/",
      variables: {},
      program: "evals",
      isTty: false,
      color: false,
      columns: 80,
    };
    let now = 0;
    const progress = startProgress(new Map([["m", 4]]), io, () => now);
    for (const minute of [1, 2]) {
      progress.sample({ target: "m", outcome: "answered", costUsd: 0.5, cached: false });
      for (let half = 0; half < 2; half++) {
        now += 30_000;
        vi.advanceTimersByTime(30_000);
      }
      expect(said.split("\n")).toHaveLength(2 * minute + 1);
    }
    progress.stop();
    vi.advanceTimersByTime(90_000);
    expect(said).toBe(
      [
        "30 s: m 1/4 $0.5000",
        "1 min 0 s: m 1/4 $0.5000",
        "1 min 30 s: m 2/4 $1.00",
        "2 min 0 s: m 2/4 $1.00",
        "",
      ].join("\n"),
    );
  });
});

test("names of models, tasks and files, and what is typed, move no cursor and are no command of a runner", async () => {
  const evil = `a${ESCAPE}[2J\u202eb\n::error::x`;
  const cwd = folder(evil, evil);
  const file = `x${ESCAPE}[2J\u009b1m.json`;
  writeFileSync(join(cwd, file), JSON.stringify({ name: evil }));
  const commands = [
    ["run", "suite.json", "--no-cache"],
    ["validate", "suite.json"],
    ["validate", file],
    ["run", file],
    ["run", `none${evil}`],
    ["compare", `none${evil}`],
    ["gate", "latest", "--baseline", `none${evil}`],
    ["list", "--out", `none${evil}`],
    ["trend", evil],
    ["report", "latest", "--format", evil],
    [`none${evil}`],
    ["run", `--${evil}`],
  ];
  for (const args of commands) {
    const { stdout, stderr } = await program(args, { cwd });
    expect(INVISIBLE.exec(stdout + stderr)?.[0], args.join(" ")).toBeUndefined();
    const told = (stdout + stderr).split("\n").filter((line) => /^\s*::/.test(line));
    expect(told, args.join(" ")).toEqual([]);
  }
}, 60_000);
