/** A value that is there, or will be: what seldom waits makes no promise where it does not. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once, where it is there. */
export function soon<T, Next>(value: Soon<T>, next: (value: T) => Soon<Next>): Soon<Next> {
  return isThere(value) ? next(value) : value.then(next);
}

/** All of some values: a list at once, where all are there. */
export function allSoon<T>(values: readonly Soon<T>[]): Soon<readonly T[]> {
  return values.every(isThere) ? values : Promise.all(values);
}

/** Whether nobody has to wait for a value. */
export function isThere<T>(value: Soon<T>): value is T {
  return !(value instanceof Promise);
}
