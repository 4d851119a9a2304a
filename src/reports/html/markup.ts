import { terminalText } from "../safe-text.ts";

/** HTML that this folder made: everything in it is escaped already. */
export interface Markup {
  readonly html: string;
}

/** What may stand in an element: a string is text, never markup. */
export type Content = Markup | string;

/** `undefined` and `false` are left out; `true` stands alone. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

const VOID = new Set(["input", "meta"]);
/** Elements that end a line of the file, where a space between them shows nowhere. */
const LINES = new Set([
  "article",
  "details",
  "figure",
  "head",
  "header",
  "li",
  "meta",
  "section",
  "thead",
  "tr",
]);

/** One element of HTML or SVG. The names are ours; values and texts may be anybody's and are escaped. */
export function element(name: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([key, value]) => (value === true ? ` ${key}` : ` ${key}="${escaped(String(value))}"`));
  const open = `<${name}${written.join("")}>`;
  const whole = VOID.has(name) ? open : `${open}${joined(content).html}</${name}>`;
  return { html: LINES.has(name) ? `${whole}\n` : whole };
}

/** Several pieces in a row. */
export function joined(content: readonly Content[]): Markup {
  return { html: content.map((piece) => (typeof piece === "string" ? escaped(piece) : piece.html)).join("") };
}

/** Text with nothing that is markup, moves the reading direction or hides. */
function escaped(text: string): string {
  return terminalText(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}
