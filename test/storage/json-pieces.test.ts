import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonPieces } from "../../src/storage/json-pieces.ts";
import { sealed, sealedPieces } from "../../src/storage/seal.ts";

const MANY = 300_000;

test("the pieces of a value are its JSON to the byte, however long its texts are", () => {
  const unit = fc.oneof(fc.constantFrom("😀", "\ud800", "\udc00x", "\u0000", '"', "\\", "é"), fc.string());
  const long = fc
    .tuple(unit, fc.nat(3))
    .map(([text, odd]) => "x".repeat(odd) + text.repeat(Math.ceil(MANY / Math.max(1, text.length))));
  const value = fc.record({
    text: fc.oneof(long, unit),
    steps: fc.array(fc.record({ text: fc.oneof(unit, long), at: fc.option(fc.integer()) }), { maxLength: 2 }),
    none: fc.constant(undefined),
  });
  fc.assert(
    fc.property(value, (held) => {
      const pieces = [...jsonPieces(held)];
      const whole = JSON.stringify(held);
      // No diff of so much where it fails.
      expect(pieces.join("") === whole).toBe(true);
      expect(pieces.slice(0, -1).every(({ length }) => length >= 1 << 18 && length < 1 << 21)).toBe(true);
      expect([...sealedPieces(held)].join("") === `${sealed(whole)}\n`).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("a character is never written in two halves", () => {
  const text = `${"x".repeat((1 << 18) - 1)}😀${"y".repeat(MANY)}`;
  for (const piece of jsonPieces({ text: `{"text":"${text}` })) expect(piece).not.toContain("\\ud8");
  expect([...sealedPieces({ text })].join("") === `${sealed(JSON.stringify({ text }))}\n`).toBe(true);
});

test("the line of a value can be gone through again", () => {
  const line = sealedPieces({ text: "x".repeat(MANY) });
  const first = [...line].join("");
  expect([...line].join("") === first).toBe(true);
});
