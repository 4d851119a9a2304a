import { expect, test } from "vitest";
import { watchSignals } from "../../src/cli/interrupt.ts";

/** Signals at moments of our own, and what was said and done. */
function watched() {
  const said: string[] = [];
  const exits: (number | undefined)[] = [];
  const clock = { ms: 0 };
  const { listeners } = { listeners: new Map<string, (name: NodeJS.Signals) => void>() };
  const process = {
    on: (name: string, on: (signal: NodeJS.Signals) => void) => void listeners.set(name, on),
    off: (name: string) => void listeners.delete(name),
    exit: (code?: number) => void exits.push(code),
  };
  const interrupt = watchSignals(process, {
    notice: (text) => said.push(text),
    wayOn: "finish it: evals resume x",
    now: () => clock.ms,
  });
  const send = (signal: NodeJS.Signals, at: number) => {
    clock.ms = at;
    listeners.get(signal)?.(signal);
  };
  return { said, exits, interrupt, send, listeners };
}

test.each([
  ["SIGINT", 130, 10_000, "up to 10 s"],
  ["SIGTERM", 143, 5000, "up to 5 s"],
  ["SIGHUP", 143, 5000, "up to 5 s"],
] as const)(
  "%s stops a run with exit %i, and gives its calls in flight %i ms",
  (signal, code, graceMs, words) => {
    const { said, exits, interrupt, send, listeners } = watched();
    expect([interrupt.signal.aborted, interrupt.exitCode()]).toEqual([false, undefined]);
    send(signal, 100);
    expect([interrupt.signal.aborted, interrupt.exitCode(), interrupt.graceMs()]).toEqual([
      true,
      code,
      graceMs,
    ]);
    expect(said).toEqual([expect.stringContaining(words)]);
    expect(exits).toEqual([]);
    interrupt.release();
    expect(listeners.size).toBe(0);
  },
);

test("a signal that a runner sends to the process and to its group is one; a second one ends it at once", () => {
  const { said, exits, send } = watched();
  send("SIGTERM", 100);
  send("SIGTERM", 101);
  expect([said.length, exits]).toEqual([1, []]);
  send("SIGINT", 700);
  expect(said.at(-1)).toBe("finish it: evals resume x");
  expect(exits).toEqual([143]);
});

test("words go where they are sent last", () => {
  const { said, interrupt, send } = watched();
  const elsewhere: string[] = [];
  interrupt.noticesGoTo((text) => elsewhere.push(text));
  send("SIGINT", 100);
  expect([said.length, elsewhere.length]).toEqual([0, 1]);
});
