// C0 but line feed and tab, DEL, C1, bidi controls, zero-width and tag characters, lone surrogates: what could
// move a cursor, colour a line, reorder words or hide them.
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/**
 * Text that is safe to print: what came from a dataset, a model or a file shows its control characters as escapes,
 * and the marks by which a CI runner knows a command: it trims a line before it looks for `::`, and finds `##[`
 * anywhere (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
 */
export function safe(text: string): string {
  return text
    .replace(UNSAFE, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/(?<!\S)::/g, "\\u{3a}:")
    .replace(/##(?=\[|vso\[)/gi, "#\\u{23}");
}
