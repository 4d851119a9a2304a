import { expect, test } from "vitest";
import { createIntake } from "../../src/engine/intake.ts";

const LARGE = 100_000;

/** An intake that takes ten large answers, with a clock that is set by hand. */
function opened() {
  const clock = { at: 0, now: () => clock.at };
  return { clock, intake: createIntake(10 * LARGE, clock) };
}

test("what a small answer takes is not counted", () => {
  const { intake } = opened();
  for (let at = 0; at < 1000; at += 1) expect(intake.hold(60_000)).toBe(0);
  expect(intake.isFull()).toBe(false);
});

test("above the limit every reading but the first waits, and they go on when it has ended", () => {
  const { intake } = opened();
  const gone: string[] = [];
  const readings = ["a", "b", "c"].map((name) => intake.begin(() => gone.push(name)));
  const [first, second, third] = readings;
  expect(readings.map((reading) => reading.has(3 * LARGE))).toEqual([true, true, true]);
  expect(third?.has(5 * LARGE)).toBe(false);
  expect(second?.has(4 * LARGE)).toBe(false);
  expect(first?.has(50 * LARGE)).toBe(true);
  expect({ isFull: intake.isFull(), gone }).toEqual({ isFull: true, gone: [] });
  first?.end();
  expect({ isFull: intake.isFull(), gone }).toEqual({ isFull: false, gone: ["b", "c"] });
});

test("while an answer is kept and scored the first reading waits too; once none is, it goes on alone", () => {
  const { intake } = opened();
  const gone: string[] = [];
  const held = intake.hold(9 * LARGE);
  const first = intake.begin(() => gone.push("first"));
  const second = intake.begin(() => gone.push("second"));
  expect([first.has(6 * LARGE), second.has(6 * LARGE)]).toEqual([false, false]);
  intake.release(held);
  expect(gone).toEqual(["first"]);
  expect([first.has(30 * LARGE), second.has(6 * LARGE)]).toEqual([true, false]);
  first.end();
  expect(gone).toEqual(["first", "second"]);
});

test("whoever waits for room hears of it once", () => {
  const { intake } = opened();
  let heard = 0;
  intake.freed.add(() => {
    heard += 1;
  });
  const held = intake.hold(11 * LARGE);
  const reading = intake.begin(() => undefined);
  reading.has(LARGE);
  expect({ isFull: intake.isFull(), heard }).toEqual({ isFull: true, heard: 0 });
  intake.release(held);
  reading.end();
  reading.end();
  expect({ isFull: intake.isFull(), heard }).toEqual({ isFull: false, heard: 2 });
});

test("the time in which some reading waited is counted once, however many did", () => {
  const { intake, clock } = opened();
  const held = intake.hold(10 * LARGE);
  const readings = [0, 1].map(() => intake.begin(() => undefined));
  for (const reading of readings) {
    clock.at += 5;
    reading.has(LARGE);
  }
  clock.at += 5;
  expect(intake.waitedMs()).toBe(10);
  intake.release(held);
  clock.at += 5;
  expect(intake.waitedMs()).toBe(10);
});
