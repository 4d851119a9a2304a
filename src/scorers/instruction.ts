import { quoted } from "./judgement.ts";

/** One verifiable instruction. */
export interface Instruction {
  /** What was asked, in words: `at least 250 words`. */
  readonly asked: string;
  /** Why the text does not follow it; `undefined` where it does. */
  fault(text: string): string | undefined;
}

/** How many there may be, both ends included. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** A number of things in the text. */
export function counted(things: string, range: Range, count: (text: string) => number): Instruction {
  const asked = `${rangeText(range)} ${things}`;
  return {
    asked,
    fault(text) {
      const found = count(text);
      const fits = found >= (range.min ?? 0) && found <= (range.max ?? Number.POSITIVE_INFINITY);
      return fits ? undefined : `${found} ${things}, ${rangeText(range)} asked for`;
    },
  };
}

/** A yes or no about the text. */
export function demanded(asked: string, follows: (text: string) => boolean): Instruction {
  return { asked, fault: (text) => (follows(text) ? undefined : `not ${asked}`) };
}

/** Words or texts that are there but should not be, or the reverse. */
export function listed(asked: string, offenders: (text: string) => readonly string[]): Instruction {
  return {
    asked,
    fault(text) {
      const found = offenders(text);
      return found.length === 0 ? undefined : `${asked}: ${found.map((one) => quoted(one)).join(", ")}`;
    },
  };
}

/** One instruction made of two. */
export function both(first: Instruction, second: Instruction): Instruction {
  return {
    asked: `${first.asked} and ${second.asked}`,
    fault: (text) => first.fault(text) ?? second.fault(text),
  };
}

function rangeText({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${min}` : `${min} to ${max}`;
  return min === undefined ? `at most ${max}` : `at least ${min}`;
}
