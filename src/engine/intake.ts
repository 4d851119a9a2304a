import { LARGE } from "../domain/characters.ts";
import type { Clock, Intake, Reading } from "../domain/ports.ts";

/** What the large answers of a run take in memory: those that are read, and those that are to be kept and scored. */
export interface AnswerIntake extends Intake {
  /** Nothing more is to be started for now. */
  isFull(): boolean;
  /** An answer of so many characters is there, and is to be kept and scored. What it counts for: nothing where it is small. */
  hold(characters: number): number;
  /** What counted for so much is kept and scored. */
  release(held: number): void;
  /** Called whenever something was given back. */
  readonly freed: Set<() => void>;
  /** How long there was an answer that waited to be read on, ms. */
  waitedMs(): number;
}

interface OpenReading {
  characters: number;
  isWaiting: boolean;
  readonly goOn: () => void;
}

/**
 * Takes in `most` characters at a time. Above that every reading waits. What is held is let go of by itself; once nothing
 * is, the first reading goes on alone, so that an answer that is larger than all of it passes too.
 */
export function createIntake(most: number, clock: Pick<Clock, "now">): AnswerIntake {
  const readings = new Set<OpenReading>();
  const freed = new Set<() => void>();
  let held = 0;
  let read = 0;
  let waiting = 0;
  let waitedMs = 0;
  /** Since when at least one does. */
  let waitsSince = 0;
  const wait = (reading: OpenReading) => {
    if (reading.isWaiting) return;
    reading.isWaiting = true;
    if (waiting === 0) waitsSince = clock.now();
    waiting += 1;
  };
  const waitNoMore = (reading: OpenReading) => {
    if (!reading.isWaiting) return;
    reading.isWaiting = false;
    waiting -= 1;
    if (waiting === 0) waitedMs += clock.now() - waitsSince;
  };
  const isFull = () => held + read > most;
  const mayGoOn = (reading: OpenReading) => !isFull() || (held === 0 && isFirst(readings, reading));
  const gaveBack = () => {
    for (const reading of readings) {
      if (!mayGoOn(reading)) break;
      if (!reading.isWaiting) continue;
      waitNoMore(reading);
      reading.goOn();
    }
    for (const heard of freed) heard();
  };
  const begin = (goOn: () => void): Reading => {
    const reading = { characters: 0, isWaiting: false, goOn };
    readings.add(reading);
    return {
      has: (characters) => {
        read += characters - reading.characters;
        reading.characters = characters;
        if (mayGoOn(reading)) return true;
        wait(reading);
        return false;
      },
      end: () => {
        if (!readings.delete(reading)) return;
        waitNoMore(reading);
        read -= reading.characters;
        gaveBack();
      },
    };
  };
  return {
    begin,
    isFull,
    hold: (characters) => {
      if (characters < LARGE) return 0;
      held += characters;
      return characters;
    },
    release: (characters) => {
      if (characters === 0) return;
      held -= characters;
      gaveBack();
    },
    freed,
    waitedMs: () => waitedMs + (waiting === 0 ? 0 : clock.now() - waitsSince),
  };
}

function isFirst(readings: ReadonlySet<OpenReading>, reading: OpenReading): boolean {
  const [first] = readings;
  return first === reading;
}
