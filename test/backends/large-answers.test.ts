import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { connectOllama } from "../../src/backends/ollama-wire.ts";
import { systemClock } from "../../src/cli/system-clock.ts";
import { createIntake } from "../../src/engine/intake.ts";
import { connected, HASTY } from "./connected.ts";
import { WIRES } from "./wires.ts";

const SMALL = 50_000;
/** More than a socket takes in that nobody reads. */
const TEXT = "x".repeat(8_000_000);

describe.each(WIRES)("$name", (wire) => {
  const headers = { "content-type": wire.contentType };
  const script = { headers, steps: wire.answers(TEXT) };

  test("a large answer waits where there is no room, in none of its deadlines, and is whole and marked", async () => {
    const intake = createIntake(SMALL, systemClock);
    const held = intake.hold(10 * SMALL);
    const { ask } = await connected({ ...wire.setup, settings: HASTY, intake }, () => script);
    let isOver = false;
    const asked = ask().finally(() => {
      isOver = true;
    });
    await sleep(4 * HASTY.idleTimeoutMs);
    expect({ isOver, waited: intake.waitedMs() > HASTY.idleTimeoutMs }).toEqual({
      isOver: false,
      waited: true,
    });
    intake.release(held);
    const outcome = await asked;
    if (outcome.kind !== "answered") throw new Error(JSON.stringify(outcome));
    expect(outcome.answer.text === TEXT).toBe(true);
    expect(outcome.answer.notes).toContain("timed-late");
    expect(intake.isFull()).toBe(false);
  });

  test("a large answer that has room does not wait", async () => {
    const intake = createIntake(4 * TEXT.length, systemClock);
    const { ask } = await connected({ ...wire.setup, intake }, () => script);
    const outcome = await ask();
    if (outcome.kind !== "answered") throw new Error(JSON.stringify(outcome));
    expect(outcome.answer.text === TEXT).toBe(true);
    expect({ notes: outcome.answer.notes, waitedMs: intake.waitedMs() }).toEqual({ notes: [], waitedMs: 0 });
  });

  test("a judge's answer never waits for the answers that it judges", async () => {
    const intake = createIntake(SMALL, systemClock);
    intake.hold(10 * SMALL);
    const { ask } = await connected({ ...wire.setup, intake }, () => script);
    const judging = { mark: "m", form: { kind: "pair", ties: false }, answers: [] } as const;
    const outcome = await ask({}, undefined, undefined, judging);
    expect(outcome.kind).toBe("answered");
  });
});

const NEVER = {
  begin: () => {
    throw new Error("it was taken for a large one");
  },
};

test("a small answer is never counted", async () => {
  const [wire] = WIRES;
  if (wire === undefined) throw new Error("no wire");
  const script = { steps: wire.answers("x".repeat(SMALL)) };
  const { ask } = await connected({ ...wire.setup, intake: NEVER }, () => script);
  expect((await ask()).kind).toBe("answered");
});

test("an embedding never waits for the answers that it is of", async () => {
  const embeddings = [Array.from({ length: 20_000 }, (_, at) => at / 7)];
  const steps = [{ send: JSON.stringify({ model: "m", embeddings }) }];
  const setup = { connect: connectOllama, backend: "ollama", model: "m", options: { api: "embeddings" } };
  const { ask } = await connected({ ...setup, intake: NEVER }, () => ({ steps }));
  expect((await ask()).kind).toBe("answered");
});
