import type { JsonValue } from "../domain/json.ts";

/** XML found in an answer, as plain data. */
export type XmlReading =
  | { readonly kind: "xml"; readonly value: JsonValue; readonly isBare: boolean }
  | { readonly kind: "none"; readonly reason: string };

const DEEPEST = 200;
const NAME = "[\\p{L}_:][\\p{L}\\p{M}\\p{N}_:.·-]*";
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * Reads the XML element of an answer: bare, in a Markdown fence, or else from the first tag to the last in
 * prose. An element is its text, or an object of its children; attributes are fields with `@`, text beside
 * children is `#text`, and elements of one name are a list.
 */
export function readXml(answer: string): XmlReading {
  const bare = parse(answer);
  if ("value" in bare) return { kind: "xml", value: bare.value, isBare: true };
  const fence = [...answer.matchAll(/^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```/gms)].at(-1)?.[1];
  const [first, last] = [answer.indexOf("<"), answer.lastIndexOf(">")];
  const candidates = [fence, first >= 0 && last > first ? answer.slice(first, last + 1) : undefined];
  for (const candidate of candidates) {
    const found = candidate === undefined ? bare : parse(candidate);
    if ("value" in found) return { kind: "xml", value: found.value, isBare: false };
  }
  return { kind: "none", reason: bare.fault };
}

interface Element {
  readonly name: string;
  /** In order; the same name may come again. */
  readonly fields: [name: string, value: JsonValue][];
  text: string;
}

/** Where the reader stands. */
interface Reader {
  readonly text: string;
  at: number;
  readonly open: Element[];
  readonly roots: [name: string, value: JsonValue][];
}

type Parsed = { readonly value: JsonValue } | { readonly fault: string };

function parse(text: string): Parsed {
  const reader: Reader = { text: text.trim(), at: 0, open: [], roots: [] };
  if (reader.text === "") return { fault: "the answer is blank" };
  while (reader.at < reader.text.length) {
    const fault = step(reader);
    if (fault !== undefined) return { fault };
  }
  const [unclosed] = reader.open;
  if (unclosed !== undefined) return { fault: `<${unclosed.name}> is not closed` };
  if (reader.roots.length !== 1) return { fault: `${reader.roots.length} elements at the top, not one` };
  return { value: Object.fromEntries(reader.roots) };
}

const SKIPPED = /<!--(?!-?>)[\s\S]*?-->|<\?[\s\S]*?\?>/y;
const CDATA = /<!\[CDATA\[([\s\S]*?)\]\]>/y;
const CLOSE = new RegExp(`</(${NAME})\\s*>`, "uy");
const OPEN = new RegExp(`<(${NAME})`, "uy");
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, "uy");
const OPEN_END = /\s*(\/?)>/y;
const TEXT = /[^<]+/y;

/** Reads one token; a text says what is wrong. */
function step(reader: Reader): string | undefined {
  if (take(reader, SKIPPED) !== undefined) return undefined;
  const section = take(reader, CDATA);
  if (section !== undefined) return addText(reader, section[1] ?? "");
  const text = take(reader, TEXT);
  if (text !== undefined) {
    const plain = decode(text[0]);
    return plain === undefined ? "a `&` that begins no known entity" : addText(reader, plain);
  }
  const close = take(reader, CLOSE);
  if (close !== undefined) return closeElement(reader, close[1] ?? "");
  const open = take(reader, OPEN);
  if (open !== undefined) return openElement(reader, open[1] ?? "");
  if (reader.text.startsWith("<!DOCTYPE", reader.at)) return "a document type is not read";
  return `\`${reader.text.slice(reader.at, reader.at + 20)}\` is no tag`;
}

function openElement(reader: Reader, name: string): string | undefined {
  if (reader.open.length >= DEEPEST) return `nested deeper than ${DEEPEST} levels`;
  const element: Element = { name, fields: [], text: "" };
  const seen = new Set<string>();
  for (let found = take(reader, ATTRIBUTE); found !== undefined; found = take(reader, ATTRIBUTE)) {
    const [, attribute = "", double, single] = found;
    const value = decode(double ?? single ?? "");
    if (value === undefined) return `a \`&\` that begins no known entity in ${attribute}`;
    if (seen.has(attribute)) return `the attribute ${attribute} comes twice`;
    seen.add(attribute);
    element.fields.push([`@${attribute}`, value]);
  }
  const end = take(reader, OPEN_END);
  if (end === undefined) return `the tag <${name} does not end`;
  reader.open.push(element);
  return end[1] === "/" ? closeElement(reader, name) : undefined;
}

function closeElement(reader: Reader, name: string): string | undefined {
  const element = reader.open.pop();
  if (element?.name !== name) return `</${name}> closes no <${name}>`;
  const siblings = reader.open.at(-1)?.fields ?? reader.roots;
  siblings.push([name, contentOf(element)]);
  return undefined;
}

function addText(reader: Reader, text: string): string | undefined {
  const element = reader.open.at(-1);
  if (element !== undefined) element.text += text;
  else if (text.trim() !== "") return "there is text outside of the element";
  return undefined;
}

function contentOf({ fields, text }: Element): JsonValue {
  const plain = text.trim();
  if (fields.length === 0) return plain;
  const grouped = new Map<string, JsonValue[]>();
  for (const [name, value] of fields) {
    const group = grouped.get(name) ?? [];
    group.push(value);
    grouped.set(name, group);
  }
  if (plain !== "") grouped.set("#text", [plain]);
  return Object.fromEntries(
    [...grouped].map(([name, values]): [string, JsonValue] => [
      name,
      values.length === 1 ? (values[0] ?? "") : values,
    ]),
  );
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found === null) return undefined;
  reader.at += found[0].length;
  return found;
}

/** Character references and the five entities of XML; never one that a document defines. */
function decode(text: string): string | undefined {
  let isSound = true;
  const plain = text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,8}));|&/gi,
    (_, decimal, hex, name) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      const character = name === undefined ? characterOf(code) : ENTITIES.get(name);
      if (character === undefined) isSound = false;
      return character ?? "";
    },
  );
  return isSound ? plain : undefined;
}

function characterOf(code: number): string | undefined {
  const isControl = code < 32 && ![9, 10, 13].includes(code);
  const isAllowed = code <= 0x10ffff && !isControl && !(code >= 0xd800 && code <= 0xdfff);
  return isAllowed ? String.fromCodePoint(code) : undefined;
}
