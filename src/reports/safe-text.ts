// Control characters, zero-width characters, bidirectional overrides, line and paragraph separators.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from a suite, a dataset or a model as one harmless line: what could move the cursor, hide, or give a CI runner
 * a command is spelt out. Runners trim a line before they look for `::`, and find `##[` anywhere in it:
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs.
 */
export function terminalText(text: string): string {
  return text
    .replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/(?<!\S)::/g, "\\u{3a}:")
    .replace(/##(?=\[|vso\[)/gi, "#\\u{23}");
}

// A renderer decodes an entity before it looks for mentions, references and bare addresses; an invisible space
// inside them is what stops it (as in https://github.com/renovatebot/renovate, `sanitizeMarkdown`).
const BREAK = "&#8203;";

/**
 * The same for Markdown on GitHub: no markup, image, HTML, fence, formula or table cell boundary, and no mention,
 * address or issue reference, so that no word before one closes an issue.
 */
export function markdownText(text: string): string {
  return terminalText(text)
    .replace(/[\\`*_{}[\]()#+!|~]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/@/g, `@${BREAK}`)
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/(?<=www)\./gi, `${BREAK}.`)
    .replace(/(?<=gh)-(?=\d)/gi, `-${BREAK}`)
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\$/g, "&#36;");
}

/**
 * A JSON document, the same but for its spelling, that moves no cursor, hides nothing and gives a CI runner no command:
 * what could stands in strings, and becomes an escape.
 */
export function jsonText(document: string): string {
  return document
    .replace(/(?![\r\n\t])\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}]/gu, jsonEscapes)
    .replace(/##(?=\[|vso\[)/gi, "#\\u0023");
}

function jsonEscapes(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

/** Text or an attribute's value in XML 1.0: code points that it forbids are spelt out too, markup is escaped. */
export function xmlText(text: string): string {
  return terminalText(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/** One CSV cell (RFC 4180); text that a spreadsheet would run as a formula is preceded by an apostrophe. */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const inert = /^[\s]*[=+\-@\t\r|%]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replace(/"/g, '""')}"` : inert;
}
