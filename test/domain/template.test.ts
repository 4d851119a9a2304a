import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fieldAt, renderText, renderValue, templateFields } from "../../src/domain/template.ts";

const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/).filter((name) => name !== "__proto__");
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));

describe("the fields of a template", () => {
  test("are found with their place, white space or none", () => {
    expect(templateFields("a {{ body }} b {{user.name}}")).toEqual([
      { path: "body", start: 2, end: 12 },
      { path: "user.name", start: 15, end: 28 },
    ]);
  });

  test("are names and paths only: an expression is plain text", () => {
    for (const text of [
      "{{ a + b }}",
      "{{ f() }}",
      "{{#if x}}",
      "{{}}",
      "{ a }",
      "{{ a..b }}",
      "{{ a | b }}",
    ]) {
      expect(templateFields(text)).toEqual([]);
      expect(renderText(text, { a: 1, b: 2, x: 3 })).toBe(text);
    }
  });
});

describe("a field", () => {
  test("is looked up among own properties and indices only", () => {
    const fields = { list: ["a", { deep: 1 }], text: "abc", "with.dot": "whole" };
    expect(fieldAt(fields, "list.1.deep")).toBe(1);
    expect(fieldAt(fields, "with.dot")).toBe("whole");
    for (const path of [
      "constructor",
      "__proto__",
      "toString",
      "list.length",
      "text.length",
      "text.0",
      "list.01",
    ]) {
      expect(fieldAt(fields, path)).toBeUndefined();
    }
  });
});

describe("rendering", () => {
  test("puts strings in as they are and other values as compact JSON", () => {
    const fields = { s: 'a "b"', n: 1.5, list: [1, { a: null }], no: null };
    expect(renderText("{{s}}|{{n}}|{{list}}|{{no}}", fields)).toBe('a "b"|1.5|[1,{"a":null}]|null');
  });

  test("keeps the type of a value that stands alone, deep inside options", () => {
    const fields = { label: ["x", "y"], n: 3 };
    expect(renderValue({ a: "{{ label }}", b: ["{{n}}", "n={{n}}"], c: true }, fields)).toEqual({
      a: ["x", "y"],
      b: [3, "n=3"],
      c: true,
    });
  });

  test("throws for a field that the check should have found missing", () => {
    expect(() => renderText("{{ gone }}", {})).toThrow('no field "gone"');
  });

  test("never renders a value again, whatever it holds", () => {
    fc.assert(
      fc.property(word, fc.string(), fc.string(), (name, before, after) => {
        fc.pre(!`${before}${after}`.includes("{") && !`${before}${after}`.includes("}"));
        const value = `{{ ${name} }} $& $1 {{constructor}}`;
        expect(renderText(`${before}{{ ${name} }}${after}`, { [name]: value })).toBe(before + value + after);
      }),
    );
  });

  test("of text without braces is the text, and of any value alone is the value", () => {
    fc.assert(
      fc.property(word, json, fc.string(), (name, value, text) => {
        expect(renderValue(`{{${name}}}`, { [name]: value })).toEqual(value);
        fc.pre(!text.includes("{{"));
        expect(renderText(text, { [name]: value })).toBe(text);
      }),
    );
  });
});
