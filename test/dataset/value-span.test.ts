import fc from "fast-check";
import { expect, test } from "vitest";
import { valueSpan } from "../../src/dataset/value-span.ts";

const text = String.raw`{"a": "\"b\": 1", "c": {"b": [1, {"d": "x y"}]}, "b": -2.5, "e.f": true}`;
const found = (field: string) => {
  const span = valueSpan(text, field);
  return span && text.slice(span.start, span.end);
};

test("the value of a field is found where it stands, and nowhere else", () => {
  expect(found("a")).toBe(String.raw`"\"b\": 1"`);
  expect(found("b")).toBe("-2.5");
  expect(found("c")).toBe('{"b": [1, {"d": "x y"}]}');
  expect(found("c.b.1.d")).toBe('"x y"');
  expect(found("e.f")).toBe("true");
  for (const field of ["d", "c.d", "a.b", "c.b.2", ""]) expect(found(field)).toBeUndefined();
  expect(valueSpan("not json", "a")).toBeUndefined();
});

test("what stands in the span of any field of any object is its value", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()),
      fc.constantFrom(0, 2),
      (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        for (const [key, inner] of Object.entries(JSON.parse(json))) {
          const span = valueSpan(json, key);
          expect(JSON.parse(json.slice(span?.start, span?.end))).toEqual(inner);
        }
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});
