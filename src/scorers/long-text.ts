/** Whether the answer, or the texts among the options that it is compared with, have more characters than that. */
export function longerThan(characters: number): (answer: string, options: unknown) => boolean {
  return (answer, options) => {
    if (answer.length > characters) return true;
    if (typeof options !== "object" || options === null) return false;
    let length = 0;
    for (const value of Object.values(options)) length += lengthOf(value);
    return length > characters;
  };
}

/** Characters of a text, or of the texts of a list. */
export function lengthOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return 0;
  return value.reduce<number>((sum, item) => sum + (typeof item === "string" ? item.length : 0), 0);
}

/** Characters of one text times those of the other: from here on their longest common run of words takes more than some 5 ms. */
export const HEAVY_OF_WORDS = 2.5e7;
