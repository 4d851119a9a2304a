import { inspect } from "node:util";

/** A key that no string, JSON or log can show: only `reveal` gives it out, for the header that needs it. */
export interface Secret {
  reveal(): string;
  /** The text with every occurrence of the key replaced by `[redacted]`. */
  redact(text: string): string;
  toString(): string;
  toJSON(): string;
}

const HIDDEN = "[redacted]";

/** Wraps a key. An empty key redacts nothing. */
export function secret(value: string): Secret {
  const shown = () => HIDDEN;
  const made = {
    reveal: () => value,
    redact: (text: string) => (value.length < 4 ? text : text.replaceAll(value, HIDDEN)),
    toString: shown,
    toJSON: shown,
    [inspect.custom]: shown,
  };
  return Object.freeze(made);
}
