import { packedNumbers } from "../statistics/packed-numbers.ts";

/** Values by row, packed: what is not a number in an array of numbers costs several times its size. */
export interface Column<Value> {
  readonly length: number;
  /** `undefined` for a row that is not there. */
  at(row: number): Value | undefined;
}

/** A column while it grows. */
export interface GrowingColumn<Value> extends Column<Value> {
  push(value: Value): void;
}

type Numbers = Uint32Array | Uint8Array;

const BITS = 13;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

/** Whole numbers while they grow, page by page: nothing is copied, so no copies wait for the collector. */
export function pagedNumbers<Page extends Numbers>(make: (length: number) => Page) {
  const pages: Page[] = [];
  let last = make(SIZE);
  let length = 0;
  return {
    push: (value: number) => {
      const at = length & MASK;
      if (at === 0) {
        if (length > 0) last = make(SIZE);
        pages.push(last);
      }
      last[at] = value;
      length += 1;
    },
    get length() {
      return length;
    },
    at: (row: number) => (row < length ? pages[row >> BITS]?.[row & MASK] : undefined),
  };
}

/** Few values (the same object, where it is one) that come again and again: each is kept once, and a byte a row, or four. */
export function codedColumn<Value>(): GrowingColumn<Value> {
  const values: Value[] = [];
  const known = new Map<Value, number>();
  const codes = packedNumbers();
  return {
    get length() {
      return codes.length;
    },
    at: (row) => values[codes.at(row)],
    push: (value) => {
      let code = known.get(value);
      if (code === undefined) {
        code = values.length;
        known.set(value, code);
        values.push(value);
      }
      codes.push(code);
    },
  };
}
