/** A count with its noun: `1 case`, `4,000 calls`. The plural is that with an s. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A count for people: `4,000`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
