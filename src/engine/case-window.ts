import type { Case, CaseStream } from "../domain/dataset.ts";
import type { UserTurn } from "../domain/prompt.ts";
import type { Message, Task } from "../domain/suite.ts";

/** A case read ahead, with its prompt rendered. */
export interface WindowCase {
  readonly task: Task;
  readonly case: Case;
  readonly messages: readonly Message[];
  /** Of a conversation: every turn of the user. */
  readonly turns: readonly UserTurn[] | undefined;
  /** When it was read, ms on the monotonic clock: its samples queue from here. */
  readonly readAt: number;
}

/** The stretch of the case stream that some model has still to ask: bounded, whatever the dataset's size. */
export interface CaseWindow<Item = WindowCase> {
  /** The case at a position of the stream, if it has been read and not dropped. */
  at(position: number): Item | undefined;
  /** True once the stream has ended before this position. */
  isPast(position: number): boolean;
  /** Forgets the cases before a position. */
  dropBefore(position: number): void;
  /** Reads on to a little beyond what was asked for, as far as there is room; calls `onRead` when some have come. One reader at a time; `undefined` where nothing is to be read now. */
  fill(onRead: () => void): Promise<void> | undefined;
  close(): Promise<void>;
}

/** Cases that are read before anybody asks for them: what waits for longer is only older garbage. */
const READ_AHEAD = 128;

/** A window of at most `size` cases over a stream. */
export function caseWindow<Item>(stream: CaseStream<Item>, size: number): CaseWindow<Item> {
  const iterator = stream[Symbol.asyncIterator]();
  const ring = new Array<Item | undefined>(size).fill(undefined);
  let first = 0;
  let next = 0;
  /** The furthest position that was asked for. */
  let furthest = 0;
  let ended = false;
  let filling = false;
  /** Those that have come, and are read as there is room for them. */
  let come: Iterator<Item> | undefined;
  const isWanted = (ahead: number) => !ended && next - first < size && next - furthest < ahead;
  const take = () => {
    while (come !== undefined && isWanted(READ_AHEAD)) {
      const item = come.next();
      if (item.done === true) come = undefined;
      else {
        ring[next % size] = item.value;
        next += 1;
      }
    }
  };
  const read = async (onRead: () => void) => {
    filling = true;
    try {
      do {
        const several = come === undefined ? await iterator.next() : undefined;
        if (several?.done === true) ended = true;
        else if (several !== undefined) come = several.value[Symbol.iterator]();
        take();
        onRead();
      } while (isWanted(READ_AHEAD));
    } finally {
      filling = false;
    }
  };
  return {
    at: (position) => {
      furthest = Math.max(furthest, position);
      return position >= first && position < next ? ring[position % size] : undefined;
    },
    isPast: (position) => ended && position >= next,
    dropBefore: (position) => {
      while (first < position && first < next) {
        ring[first % size] = undefined;
        first += 1;
      }
    },
    // Half of it in hand keeps the reading in long stretches.
    fill: (onRead) => (filling || !isWanted(READ_AHEAD / 2) ? undefined : read(onRead)),
    close: async () => {
      ended = true;
      await iterator.return?.();
    },
  };
}
