import { inspect } from "node:util";

/** A key that no string, JSON or log can show: only `reveal` gives it out, for the header that needs it. */
export interface Secret {
  reveal(): string;
  /** The text with every occurrence of the key replaced by `[redacted]`. */
  redact(text: string): string;
  /** The same for an answer, which is left as it is where the key could be an ordinary word (`EMPTY`, `password`). */
  redactAnswer(text: string): string;
  toString(): string;
  toJSON(): string;
}

const HIDDEN = "[redacted]";

/** Shorter ones stand for no key at all, such as `none`. */
const SHORTEST = 5;
/** Keys of providers are longer. */
const SHORTEST_IN_ANSWERS = 16;

/** Wraps a key. An empty key redacts nothing. */
export function secret(value: string): Secret {
  const shown = () => HIDDEN;
  const hide = (text: string, shortest: number) =>
    value.length < shortest ? text : text.replaceAll(value, HIDDEN);
  const made = {
    reveal: () => value,
    redact: (text: string) => hide(text, SHORTEST),
    redactAnswer: (text: string) => hide(text, SHORTEST_IN_ANSWERS),
    toString: shown,
    toJSON: shown,
    [inspect.custom]: shown,
  };
  return Object.freeze(made);
}
