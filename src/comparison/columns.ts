import { packedNumbers } from "./packed-numbers.ts";

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

// Four kinds: with a fifth, V8 stores each number through a generic call.
type Numbers = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** Numbers while they grow: an array that doubles. Memory that was never written is not resident. */
export function growingNumbers<Packed extends Numbers>(make: (length: number) => Packed) {
  let packed = make(1024);
  let length = 0;
  return {
    push: (value: number) => {
      if (length === packed.length) {
        const larger = make(2 * packed.length);
        larger.set(packed);
        packed = larger;
      }
      packed[length] = value;
      length += 1;
    },
    get length() {
      return length;
    },
    at: (row: number) => (row < length ? packed[row] : undefined),
    /** All of them, without another copy. */
    whole: () => packed.subarray(0, length) as Packed,
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
