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
