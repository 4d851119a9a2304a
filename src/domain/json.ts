/** Any value that JSON can hold. What comes from a dataset, a model or a file is this, never code. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object, as plain data. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
