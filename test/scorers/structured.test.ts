import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { readXml } from "../../src/scorers/xml-reader.ts";
import { readYaml } from "../../src/scorers/yaml-reader.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();

describe("XML is read", () => {
  test.each<[string, JsonValue]>([
    ["<a/>", { a: "" }],
    ["<a>1 &lt; 2 &#x26; &#51;</a>", { a: "1 < 2 & 3" }],
    ["<!-- note --><a><![CDATA[<b>]]> c</a><!-- end -->", { a: "<b> c" }],
    ["<a x='1' y=\"2\">t<b/>u</a>", { a: { "@x": "1", "@y": "2", b: "", "#text": "tu" } }],
    ["<n:a><n:b>1</n:b><n:b>2</n:b></n:a>", { "n:a": { "n:b": ["1", "2"] } }],
    ["<__proto__><x>1</x></__proto__>", JSON.parse('{"__proto__": {"x": "1"}}')],
  ])("%s", (text, value) => {
    expect(readXml(text)).toEqual({ kind: "xml", value, isBare: true });
  });

  test.each([
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "<a b=1/>",
    "<a b='1' b='2'/>",
    "<a>&nbsp;</a>",
    "<a>&#0;</a>",
    "<a>&</a>",
    "a < b > c",
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    "<a>".repeat(300) + "</a>".repeat(300),
  ])("never from %s", (text) => {
    expect(readXml(text).kind).toBe("none");
  });
});

describe("YAML is read", () => {
  test.each<[string, JsonValue]>([
    ["a: 1\nb: [x, 'y']", { a: 1, b: ["x", "y"] }],
    ["- 2026-01-02\n- no\n- 0o17", ["2026-01-02", "no", 15]],
    ["__proto__: {x: 1}", JSON.parse('{"__proto__": {"x": 1}}')],
    ["base: &b {x: 1}\nuse: *b", { base: { x: 1 }, use: { x: 1 } }],
  ])("%j", (text, value) => {
    expect(readYaml(text)).toEqual({ kind: "yaml", value, isBare: true });
  });

  test.each([
    "It is fine.",
    "a: 1\na: 2",
    "a: 1\n---\nb: 2",
    "a: [1",
    "&a [*a]",
    `a: &a [x, x]\n${"bcdefghij".replace(/./g, (key, at) => `${key}: &${key} [${`*${"abcdefghij"[at]}, `.repeat(9)}]\n`)}`,
    "[".repeat(5000),
    "- ".repeat(5000),
  ])("never from %j", (text) => {
    expect(readYaml(text).kind).toBe("none");
  });
});

async function credit(name: string, options: JsonObject, answer: string): Promise<number> {
  const score = await judge(name, { options, answer }, ports);
  return score.kind === "scored" ? score.score : Number.NaN;
}

describe("a structured answer gets credit", () => {
  const expected = {
    id: 7,
    lines: [
      { sku: "a", price: 1.5 },
      { sku: "b", price: 2 },
    ],
  };
  const answer = JSON.stringify({
    id: 7,
    lines: [
      { sku: "a", price: 1.5 },
      { sku: "b", price: 3 },
    ],
  });

  test("per field, per value, or for the whole", async () => {
    expect(await credit("json", { expected }, answer)).toBe(0.5);
    expect(await credit("json", { expected, partial: "deep" }, answer)).toBe(0.8);
    expect(await credit("json", { expected, partial: false }, answer)).toBe(0);
  });

  test("for a number within the tolerance of its own field", async () => {
    const within = (tolerances: JsonObject) => credit("json", { expected, tolerances }, answer);
    expect(await within({ "lines.price": 1 })).toBe(1);
    expect(await within({ price: 1 })).toBe(0.5);
    expect(await within({ "lines.sku": 1 })).toBe(0.5);
  });

  test("less for what is missing or too much", async () => {
    const options = { expected: { a: 1, b: [1, 2] }, partial: "deep", allow_extra: false };
    expect(await credit("json", options, '{"a": 1, "b": [1, 2], "c": 3}')).toBe(3 / 4);
    expect(await credit("json", options, '{"a": 1, "b": [1, 2, 9]}')).toBe(3 / 4);
    expect(await credit("json", options, '{"a": 1}')).toBe(1 / 3);
    expect(await credit("json", options, "[]")).toBe(0);
  });

  test("in any order of a list, item by item", async () => {
    const options = { expected: { tags: ["a", "b", "c"] }, partial: "deep", any_order: true };
    expect(await credit("json", options, '{"tags": ["c", "a"]}')).toBe(2 / 3);
  });

  test("for a text that has the form of the type only where the suite allows it", async () => {
    const options = { expected: { n: 3, ok: true, none: null } };
    const answer = '{"n": "3.0", "ok": "True", "none": ""}';
    expect(await credit("json", options, answer)).toBe(0);
    expect(await credit("json", { ...options, loose_types: true }, answer)).toBe(1);
    expect(
      await credit("json", { ...options, loose_types: true }, '{"n": "3a", "ok": "1", "none": "x"}'),
    ).toBe(0);
  });

  test("in XML for a list of one or none", async () => {
    const options = { expected: { list: { item: ["a"], more: [] } } };
    expect(await credit("xml", options, "<list><item>a</item></list>")).toBe(1);
    expect(await credit("xml", options, "<list><item>a</item><more>b</more></list>")).toBeLessThan(1);
  });
});
