import type { z } from "zod";
import type { Path } from "./source.ts";

/** What is wrong with the shape of a value, without its place. */
export interface ShapeWords {
  readonly message: string;
  /** `did you mean 0.05?`, where a number can be made out. */
  readonly label: string | undefined;
}

/** A fault of shape in words: what was expected, and what stands there. `subject` names the part. */
export function shapeWords(issue: z.core.$ZodIssue, given: unknown, subject: string): ShapeWords {
  // What a check of our own says is about more than one value.
  if (issue.code === "custom") return { message: `${subject}: ${issue.message}`, label: undefined };
  const must = expectation(issue);
  const message =
    must === undefined
      ? `${subject} cannot be ${found(given)}`
      : must === NOT_EMPTY
        ? `${subject} ${NOT_EMPTY}`
        : `${subject} must be ${must}, ${given === null ? "and is empty" : `not ${found(given)}`}`;
  const meant = meantValue(issue, given);
  return { message, label: meant === undefined ? undefined : `did you mean ${meant}?` };
}

/** The last key of a path in quotes, or which item of a list it is. */
export function lastStep(path: Path): string {
  const last = path.at(-1);
  if (typeof last !== "number") return `"${last}"`;
  return `item ${last + 1} of "${path.findLast((step) => typeof step === "string")}"`;
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  array: "a list",
  object: "a map of keys and values",
  record: "a map of keys and values",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** A type of the schema as people call it. */
export function typeWords(type: string): string {
  return TYPE_WORDS[type] ?? type;
}

/** The pattern of a duration alone: a bound can be a share of the baseline too, a path neither. */
const DURATION = /\(\?:ms\|/;

const NOT_EMPTY = "must not be empty";

function expectation(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return typeWords(issue.expected);
  if (issue.code === "too_small" && isNumeric(issue.origin))
    return `${issue.inclusive === false ? "above" : "at least"} ${issue.minimum}`;
  if (issue.code === "too_small") return NOT_EMPTY;
  if (issue.code === "too_big" && isNumeric(issue.origin))
    return `${issue.inclusive === false ? "below" : "at most"} ${issue.maximum}`;
  if (issue.code === "invalid_format")
    return DURATION.test(issue.pattern ?? "") ? "a duration such as 500ms, 3s or 2m" : undefined;
  if (issue.code === "too_big") return `at most ${issue.maximum} long`;
  return undefined;
}

function isNumeric(origin: string): boolean {
  return origin === "number" || origin === "int";
}

const MOST_SHOWN = 40;

/** A value as a message quotes it. */
export function found(given: unknown): string {
  if (given === null || given === undefined) return "empty";
  if (Array.isArray(given)) return "a list";
  if (typeof given === "object") return "a map";
  const text = JSON.stringify(given);
  return text.length > MOST_SHOWN ? "this text" : text;
}

const AMOUNT = /^[$€]?\s*(\d+(?:\.\d+)?)\s*(%|x|USD|EUR|\$|€)?$/i;
const TIME =
  /^(\d+(?:\.\d+)?)\s*(?:(msecs?|millis|milliseconds?)|(secs?|seconds?)|(mins?|minutes?)|(hrs?|hours?))$/i;
const UNITS = ["ms", "s", "m", "h"];

/** A share written in per cent or points, an amount with its currency, a time with a longer unit, a quoted number. */
function meantValue(issue: z.core.$ZodIssue, given: unknown): string | undefined {
  if (typeof given === "number")
    return issue.code === "too_big" && Number(issue.maximum) === 1 && given <= 100
      ? plain(given / 100)
      : undefined;
  if (typeof given !== "string") return undefined;
  const [, time, ...units] = TIME.exec(given) ?? [];
  if (time !== undefined) return `${time}${UNITS[units.findIndex((unit) => unit !== undefined)]}`;
  const [, amount, unit] = AMOUNT.exec(given) ?? [];
  if (amount === undefined || unit?.toLowerCase() === "x") return undefined;
  // 50 % of what, a bound does not say.
  if (unit === "%" && issue.code === "invalid_format") return undefined;
  return unit === "%" ? plain(Number(amount) / 100) : amount;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}
