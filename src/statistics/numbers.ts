/** Numbers by place: an array, a typed array, or a packed column, in which a million may take a byte each. */
export interface Numbers {
  readonly length: number;
  at(place: number): number | undefined;
}

/** Numbers that are made whenever one is asked for: they take no room. */
export function numbersOf(length: number, at: (place: number) => number): Numbers {
  return { length, at };
}

/** Whether a statement holds for each of them. */
export function isEvery(numbers: Numbers, is: (value: number) => boolean): boolean {
  for (let place = 0; place < numbers.length; place += 1)
    if (!is(numbers.at(place) ?? Number.NaN)) return false;
  return true;
}

/** How many are so. */
export function countWhere(numbers: Numbers, is: (value: number) => boolean): number {
  let count = 0;
  for (let place = 0; place < numbers.length; place += 1) if (is(numbers.at(place) ?? Number.NaN)) count += 1;
  return count;
}

/** Their sum, from the first to the last. */
export function sumOf(numbers: Numbers): number {
  let sum = 0;
  for (let place = 0; place < numbers.length; place += 1) sum += numbers.at(place) ?? Number.NaN;
  return sum;
}

/** Their mean; NaN for none. */
export function average(numbers: Numbers): number {
  return sumOf(numbers) / numbers.length;
}
