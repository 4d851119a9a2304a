import { expect, test } from "vitest";
import { caseWindow } from "../../src/engine/case-window.ts";

/** A stream of numbers that come a thousand at a time, and how many of them were looked at. */
function numbers() {
  const seen = { count: 0 };
  const thousand = function* (from: number) {
    for (let value = from; value < from + 1000; value += 1) {
      seen.count += 1;
      yield value;
    }
  };
  const stream = async function* () {
    for (let from = 0; from < 5000; from += 1000) yield thousand(from);
  };
  return { seen, stream: stream() };
}

test("cases are read a little ahead of what is asked for, however large the window", async () => {
  const { seen, stream } = numbers();
  const window = caseWindow(stream, 1024);
  await window.fill(() => undefined);
  expect(seen.count).toBe(128);
  expect(window.at(100)).toBe(100);
  await window.fill(() => undefined);
  expect(seen.count).toBe(228);
});

test("what the slowest has still to ask is kept, and no more than the window holds", async () => {
  const { stream } = numbers();
  const window = caseWindow(stream, 200);
  for (let position = 0; window.at(position) !== undefined || position === 0; position += 1)
    await window.fill(() => undefined);
  expect([window.at(0), window.at(199), window.at(200)]).toEqual([0, 199, undefined]);
  expect(window.fill(() => undefined)).toBeUndefined();
  window.dropBefore(150);
  await window.fill(() => undefined);
  expect([window.at(149), window.at(150), window.at(327)]).toEqual([undefined, 150, 327]);
});

test("the end of the stream is known once everything was asked for", async () => {
  const { stream } = numbers();
  const window = caseWindow(stream, 1024);
  let position = 0;
  for (; !window.isPast(position); position += 1) {
    if (window.at(position) === undefined) await window.fill(() => undefined);
    expect(window.at(position) ?? "past").toBe(window.isPast(position) ? "past" : position);
    window.dropBefore(position);
  }
  expect(position).toBe(5000);
});
