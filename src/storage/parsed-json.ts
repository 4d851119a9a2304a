/** The value of a JSON text; `undefined` for what is none: a schema says what is wrong with it then. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
