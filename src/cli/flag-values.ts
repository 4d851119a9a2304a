import { type FlagValues, UsageError } from "./command.ts";

/** The text of a flag, or `undefined` where it was not given. */
export function textFlag(flags: FlagValues, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** Every value of a flag that may be given several times. */
export function textFlags(flags: FlagValues, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** One of a few words. Throws a `UsageError` for another. */
export function choiceFlag<Choice extends string>(
  flags: FlagValues,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textFlag(flags, name);
  const found = choices.find((choice) => choice === text);
  if (text !== undefined && found === undefined)
    throw new UsageError(`--${name} takes ${choices.join(", ")}, not "${text}"`);
  return found;
}

/** True where the flag was given. */
export function isSet(flags: FlagValues, name: string): boolean {
  return flags[name] === true;
}

/** A whole number of at least `least`. Throws a `UsageError` otherwise. */
export function countFlag(flags: FlagValues, name: string, least: number): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || text.trim() === "") {
    throw new UsageError(`--${name} takes a whole number of at least ${least}, not "${text}"`);
  }
  return value;
}

/** A number from 0 to 1. Throws a `UsageError` otherwise. */
export function shareFlag(flags: FlagValues, name: string): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1))
    throw new UsageError(`--${name} takes a number from 0 to 1 (0.03 is 3 points), not "${text}"`);
  return value;
}

const MS_PER: { readonly [unit: string]: number } = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time span such as `30d`, `12h` or `90m`, in ms. Throws a `UsageError` otherwise. */
export function durationFlag(flags: FlagValues, name: string): number | undefined {
  return amountFlag(flags, name, { units: MS_PER, example: "30d, 12h or 90m" });
}

const BYTES_PER: { readonly [unit: string]: number } = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** An amount of data such as `2GB` or `500MB`, in bytes. Throws a `UsageError` otherwise. */
export function sizeFlag(flags: FlagValues, name: string): number | undefined {
  return amountFlag(flags, name, { units: BYTES_PER, example: "2GB or 500MB" });
}

interface Amount {
  /** By lower-case unit, what one of it is. */
  readonly units: { readonly [unit: string]: number };
  readonly example: string;
}

function amountFlag(flags: FlagValues, name: string, { units, example }: Amount): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const [, value = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (value === "" || factor === undefined)
    throw new UsageError(`--${name} takes an amount with its unit (${example}), not "${text}"`);
  return Number(value) * factor;
}
