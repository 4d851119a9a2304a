/** A JSON object that nobody has looked into. */
export type Fields = { readonly [key: string]: unknown };

/** Whether a value is an object and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of such items. */
export function isArrayOf<Item>(
  value: unknown,
  is: (item: unknown) => item is Item,
): value is readonly Item[] {
  return Array.isArray(value) && value.every(is);
}

/** Whether a value is a text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether a value is a number: JSON text can be one that is too large to be. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
