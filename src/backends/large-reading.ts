import type { Clock, Intake } from "../domain/ports.ts";

/** An answer that grows as it comes. */
export interface Growing {
  readonly text: string;
  readonly tools: ReadonlyMap<number, { readonly json: string }>;
}

/** How many characters there are of it by now. */
export function charactersOf({ text, tools }: Growing): number {
  let characters = text.length;
  for (const { json } of tools.values()) characters += json.length;
  return characters;
}

/** The reading of a large answer, which waits where the large ones together take too much memory. */
export interface LargeReading {
  /** Whether more is to be read now that it has so many characters; where not, it is told when to go on. */
  mayGoOn(characters: number): boolean;
  isWaiting(): boolean;
  /** How long it has waited, ms. */
  waitedMs(): number;
  end(): void;
}

/** Calls `goOn` after each wait. */
export function startLargeReading(intake: Intake, clock: Clock, goOn: () => void): LargeReading {
  let waitsSince: number | undefined;
  let waitedMs = 0;
  const reading = intake.begin(() => {
    waitedMs += clock.now() - (waitsSince ?? clock.now());
    waitsSince = undefined;
    goOn();
  });
  return {
    mayGoOn: (characters) => {
      if (reading.has(characters)) return true;
      waitsSince ??= clock.now();
      return false;
    },
    isWaiting: () => waitsSince !== undefined,
    waitedMs: () => waitedMs,
    end: reading.end,
  };
}
