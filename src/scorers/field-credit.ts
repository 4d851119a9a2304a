import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { ScorePart } from "../domain/score.ts";
import { isList, isObject, type JsonEquality, jsonEquals, ownValue, pathTo } from "./json-equality.ts";
import { quoted } from "./judgement.ts";
import { longestPairing } from "./pairing.ts";
import { rightPart } from "./parts.ts";

/** How many of the expected values are right, and what is wrong with the others, in words. */
export interface Credit {
  readonly right: number;
  readonly total: number;
  readonly wrong: readonly string[];
  /** The expected values by dotted path without list positions; what was not expected is none of them. */
  readonly parts: readonly ScorePart[];
}

/** The credit of an answer for each of the given fields as a whole. */
export function creditFields(
  answer: JsonValue,
  expected: JsonValue,
  paths: readonly (readonly string[])[],
  rules: JsonEquality,
): Credit {
  return sum(
    paths.map((path) => {
      const [given, wanted] = [valueAt(answer, path), valueAt(expected, path)];
      const name = path.join(".");
      if (wanted === undefined) return given === undefined ? rightOne() : extraOne(name);
      return given !== undefined && jsonEquals(given, wanted, rules, name)
        ? rightOne(name)
        : differs(name, given, wanted);
    }),
  );
}

/** The credit of an answer for every value that is expected, however deep inside it stands. */
export function creditValues(
  answer: JsonValue | undefined,
  expected: JsonValue,
  rules: JsonEquality,
  path = "",
): Credit {
  if (isObject(expected) && Object.keys(expected).length > 0) {
    const given = isObject(answer) ? answer : {};
    const inner = Object.entries(expected).map(([key, wanted]) =>
      creditValues(ownValue(given, key), wanted, rules, pathTo(path, key)),
    );
    return sum([...inner, ...extraFields(given, expected, rules).map((key) => extraOne(pathTo(path, key)))]);
  }
  if (isList(expected) && expected.length > 0) {
    return creditList(isList(answer) ? answer : [], expected, rules, path);
  }
  return answer !== undefined && jsonEquals(answer, expected, rules, path)
    ? rightOne(path)
    : differs(path, answer, expected);
}

/** Fields of the answer that were not expected, where they do harm. */
export function extraFields(answer: JsonValue, expected: JsonObject, rules: JsonEquality): readonly string[] {
  if (rules.allowExtra || !isObject(answer)) return [];
  return Object.keys(answer).filter((key) => !Object.hasOwn(expected, key));
}

function creditList(
  answer: readonly JsonValue[],
  expected: readonly JsonValue[],
  rules: JsonEquality,
  path: string,
): Credit {
  const extra = Array.from({ length: Math.max(0, answer.length - expected.length) }, () =>
    wrongOne(`${path}: an item too many`),
  );
  if (!rules.anyOrder) {
    return sum([...expected.map((wanted, at) => creditValues(answer[at], wanted, rules, path)), ...extra]);
  }
  const pairs = longestPairing(expected.length, answer.length, {
    fits: (left, right) => {
      const [wanted, given] = [expected[left], answer[right]];
      return wanted !== undefined && given !== undefined && jsonEquals(given, wanted, rules, path);
    },
    ordered: false,
  });
  const items = expected.map((wanted, at) =>
    pairs.has(at) ? rightOne(path) : differs(path, undefined, wanted),
  );
  return sum([...items, ...extra]);
}

/** Values of a list have no name of their own. */
const LISTED = "items";

/** Right; without a path, by leaving out what was not expected. */
function rightOne(path?: string): Credit {
  const parts = path === undefined ? [] : [rightPart(path || LISTED, true)];
  return { right: 1, total: 1, wrong: [], parts };
}

function wrongOne(wrong: string): Credit {
  return { right: 0, total: 1, wrong: [wrong], parts: [] };
}

function extraOne(path: string): Credit {
  return wrongOne(`${path}: not expected`);
}

function differs(path: string, given: JsonValue | undefined, wanted: JsonValue): Credit {
  const name = path === "" ? "" : `${path}: `;
  const got = given === undefined ? "nothing" : shown(given);
  const credit = wrongOne(`${name}expected ${shown(wanted)}, got ${got}`);
  return { ...credit, parts: [rightPart(path || LISTED, false)] };
}

function shown(value: JsonValue): string {
  return typeof value === "number" || typeof value === "boolean" || value === null
    ? String(value)
    : quoted(typeof value === "string" ? value : JSON.stringify(value), 40);
}

function sum(credits: readonly Credit[]): Credit {
  return {
    right: credits.reduce((total, { right }) => total + right, 0),
    total: credits.reduce((whole, { total }) => whole + total, 0),
    wrong: credits.flatMap(({ wrong }) => wrong),
    parts: credits.flatMap(({ parts }) => parts),
  };
}

function valueAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, key) => (isObject(at) ? ownValue(at, key) : undefined),
    value,
  );
}
