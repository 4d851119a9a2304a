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
export interface CaseWindow {
  /** The case at a position of the stream, if it has been read and not dropped. */
  at(position: number): WindowCase | undefined;
  /** True once the stream has ended before this position. */
  isPast(position: number): boolean;
  /** Forgets the cases before a position. */
  dropBefore(position: number): void;
  /** Reads on until the window is full; calls `onRead` when some have come. One reader at a time; `undefined` where nothing is to be read now. */
  fill(onRead: () => void): Promise<void> | undefined;
  close(): Promise<void>;
}

/** A window of at most `size` cases over a stream. */
export function caseWindow(stream: CaseStream<WindowCase>, size: number): CaseWindow {
  const iterator = stream[Symbol.asyncIterator]();
  const ring = new Array<WindowCase | undefined>(size).fill(undefined);
  let first = 0;
  let next = 0;
  let ended = false;
  let filling = false;
  /** Those that have come, and are read as there is room for them. */
  let come: Iterator<WindowCase> | undefined;
  const take = () => {
    while (come !== undefined && next - first < size) {
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
      } while (!ended && next - first < size);
    } finally {
      filling = false;
    }
  };
  return {
    at: (position) => (position >= first && position < next ? ring[position % size] : undefined),
    isPast: (position) => ended && position >= next,
    dropBefore: (position) => {
      while (first < position && first < next) {
        ring[first % size] = undefined;
        first += 1;
      }
    },
    // Half a window of slack keeps the reading in long stretches.
    fill: (onRead) => (filling || ended || next - first > size / 2 ? undefined : read(onRead)),
    close: async () => {
      ended = true;
      await iterator.return?.();
    },
  };
}
