import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Script, SILENCE, type Step } from "../servers/wire.ts";
import { connected, HASTY } from "./connected.ts";
import { WIRES, type Wire } from "./wires.ts";

/** What an SDK would make of a fault by itself stands in the row's comment, where it is not an error at once. */
interface Fault {
  readonly fault: string;
  /** What the server does; `steps` alone is a stream of that wire. */
  readonly does: (wire: Wire) => Script;
  readonly outcome: object;
}

const streams = (wire: Wire, ...steps: readonly Step[]): Script => ({
  headers: { "content-type": wire.contentType },
  steps,
});
const says = (status: number, headers: { readonly [name: string]: string }, body = "") => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  steps: [{ send: body }],
});
const failed = (code: unknown, more: object = {}) => ({ kind: "failed", failure: { code, ...more } });
const answered = (text: string, notes: readonly string[] = []) => ({
  kind: "answered",
  answer: { text, notes },
});

function textOf(steps: readonly Step[]): string {
  return steps.map((step) => ("send" in step ? String(step.send) : "")).join("");
}

/** The bytes of a stream, cut behind the first byte of every character of more than one. */
function splitCharacters(steps: readonly Step[]): readonly Step[] {
  const bytes = Buffer.from(textOf(steps));
  const cuts = [...bytes.entries()].flatMap(([at, byte]) => (byte >= 0xc0 ? [at + 1] : []));
  return [0, ...cuts].flatMap((from, index) => [
    { send: bytes.subarray(from, cuts[index] ?? bytes.length) },
    { wait: 5 },
  ]);
}

/** The bytes of a stream with a byte in the place of every `?` that no UTF-8 has. */
function spoilt(steps: readonly Step[]): Step {
  return { send: Buffer.from(textOf(steps)).map((byte) => (byte === 0x3f ? 0xff : byte)) };
}

/** Half an answer that has arrived when the fault comes: a chunk is passed on only once all its lines are valid. */
const half = (wire: Wire): readonly Step[] => [...wire.begins("half"), { wait: 20 }];
const lastLine = (wire: Wire) => textOf(wire.begins("half").slice(-1));
const quota = '{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}';
const PAST = "Thu, 01 Jan 2015 00:00:00 GMT";
const partial = { retryable: true, partialText: "half" };

const statuses: readonly Fault[] = [
  {
    // Asked three times in 1.5 s by OpenAI's and Anthropic's.
    fault: "429 without a header",
    does: () => says(429, {}),
    outcome: failed("rate-limited", { retryable: true, retryAfterMs: undefined, httpStatus: 429 }),
  },
  {
    // Slept through in silence by the same two.
    fault: "429 that asks to wait 61 s",
    does: () => says(429, { "retry-after": "61" }),
    outcome: failed("rate-limited", { retryAfterMs: 61_000 }),
  },
  ...[PAST, "soon", "-3", ""].map((given) => ({
    fault: `429 that asks to wait "${given}"`,
    does: () => says(429, { "retry-after": given }),
    outcome: failed("rate-limited", { retryAfterMs: undefined }),
  })),
  {
    fault: "429 for a spent quota",
    does: () => says(429, {}, quota),
    outcome: failed("quota", { retryable: false }),
  },
  { fault: "529", does: () => says(529, {}), outcome: failed("overloaded", { retryable: true }) },
  {
    // A string as a success.
    fault: "200 with a page of HTML",
    does: () => ({
      headers: { "content-type": "text/html" },
      steps: [{ send: "<!doctype html>\n<html>\n<title>Log in</title>\n</html>\n" }],
    }),
    outcome: failed("bad-response", { retryable: true }),
  },
  {
    // A success without an answer.
    fault: "200 with an error for a body",
    does: () => says(200, {}, '{"error":{"message":"boom"}}'),
    outcome: failed(expect.stringMatching(/^(bad-response|server-error)$/), {
      message: expect.stringContaining("boom"),
    }),
  },
  { fault: "200 with nothing", does: () => says(200, {}), outcome: failed("connection-lost") },
];

const silences: readonly Fault[] = [
  {
    // Hangs for 300 s.
    fault: "no headers",
    does: () => ({ steps: [], isSilent: true }),
    outcome: failed("timeout", { retryable: true, message: expect.stringContaining("silent") }),
  },
  {
    // Hangs beyond the SDK's own timeout.
    fault: "headers, then silence",
    does: (wire) => streams(wire, SILENCE),
    outcome: failed("timeout", { retryable: true, partialText: undefined }),
  },
];

const breaks: readonly Fault[] = [
  {
    fault: "a line cut in its middle",
    does: (wire) => streams(wire, ...half(wire), { send: lastLine(wire).slice(0, -8) }),
    outcome: failed("connection-lost", partial),
  },
  {
    fault: "a reset",
    does: (wire) => streams(wire, ...half(wire), { reset: true }),
    outcome: failed("connection-lost", partial),
  },
  {
    // The half answer as a success by OpenAI's and Anthropic's.
    fault: "an end without the last event",
    does: (wire) => streams(wire, ...half(wire)),
    outcome: failed("connection-lost", partial),
  },
];

const stalls: readonly Fault[] = [
  {
    // Hangs.
    fault: "a stall",
    does: (wire) => streams(wire, ...half(wire), SILENCE),
    outcome: failed("timeout", partial),
  },
];

const faults: readonly Fault[] = [
  {
    fault: "an error event",
    does: (wire) => streams(wire, ...half(wire), wire.fails),
    outcome: failed("server-error", { ...partial, message: expect.stringContaining("boom") }),
  },
  {
    // Dropped by Ollama's, with the words in it; printed by the others.
    fault: "a line that is not JSON",
    does: (wire) => {
      const broken = lastLine(wire).replace('{"', '{oops"');
      return streams(wire, ...half(wire), { send: broken }, ...wire.answers("whole"));
    },
    outcome: failed("bad-response", partial),
  },
];

const texts: readonly Fault[] = [
  {
    fault: "no words",
    does: (wire) => streams(wire, ...wire.answers("")),
    outcome: { kind: "empty", answer: { text: "" } },
  },
  {
    fault: "characters split over chunks",
    does: (wire) => streams(wire, ...splitCharacters(wire.answers("Grüße, 世界 🦙"))),
    outcome: answered("Grüße, 世界 🦙"),
  },
  {
    // A replacement character without a word.
    fault: "a byte that no UTF-8 has",
    does: (wire) => streams(wire, spoilt(wire.answers("a?b"))),
    outcome: answered("a\uFFFDb", ["invalid-utf8"]),
  },
  ...[
    ["a lone surrogate", "a\uD800b"],
    ["a NUL", "a\0b"],
  ].map(([fault = "", text = ""]) => ({
    fault,
    does: (wire: Wire) => streams(wire, ...wire.answers(text)),
    outcome: answered(text),
  })),
];

const prints = (["log", "info", "warn", "error", "debug"] as const).map((name) => ({ name }));
let printed: string[];
beforeEach(() => {
  printed = [];
  for (const { name } of prints)
    vi.spyOn(console, name).mockImplementation((...said) => void printed.push(`${name}: ${said.join(" ")}`));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The others have long deadlines: a retry behind our back would reach the server before they do. */
const hasty = (wire: Wire): Wire => ({ ...wire, setup: { ...wire.setup, settings: HASTY } });

/** One request, no word on stdout or stderr, and the outcome of the row. */
async function hold({ setup }: Wire, script: Script, outcome: object) {
  const { ask, received } = await connected(setup, () => script);
  const found = await ask();
  expect(found).toMatchObject(outcome);
  expect(received).toHaveLength(1);
  expect(printed).toEqual([]);
}

describe.each(WIRES)("over $name", (wire) => {
  test.each(statuses)("$fault is a failure, told after one request", ({ does, outcome }) =>
    hold(wire, does(wire), outcome),
  );
  test.each(silences)("$fault is a failure", ({ does, outcome }) => hold(hasty(wire), does(wire), outcome));
  test.each([...breaks, ...faults])("half an answer and $fault is a failure, not an answer", (row) =>
    hold(wire, row.does(wire), row.outcome),
  );
  test.each(stalls)("half an answer and $fault is a failure, not an answer", ({ does, outcome }) =>
    hold(hasty(wire), does(wire), outcome),
  );
  test.each(texts)("an answer of $fault is kept as it came", ({ does, outcome }) =>
    hold(wire, does(wire), outcome),
  );

  test("10 MB are kept as they came", async () => {
    const text = "0123456789".repeat(2 ** 20);
    const { ask } = await connected(wire.setup, () => streams(wire, ...wire.answers(text)));
    const outcome = await ask();
    // No diff of 10 MB where it fails.
    expect(outcome.kind === "answered" && outcome.answer.text === text).toBe(true);
  }, 30_000);

  test("a stream that never stops talking ends at the total deadline", async () => {
    const drip = Array.from({ length: 1000 }, () => [...wire.begins("half").slice(-1), { wait: 60 }]).flat();
    const setup = { ...wire.setup, settings: { timeoutMs: 300 } };
    await hold(
      { ...wire, setup },
      streams(wire, ...wire.begins("half"), ...drip),
      failed("timeout", { message: "No complete answer within 300 ms." }),
    );
  });
});
