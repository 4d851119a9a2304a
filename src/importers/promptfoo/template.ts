import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { fieldAt, templateFields } from "../../domain/template.ts";
import { asText, mapTexts } from "../json-shape.ts";

/** A Nunjucks template as a one-pass template, or why it is none. */
export type Converted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

const TAG = /\{\{-?([\s\S]*?)-?\}\}/g;
const PATH = /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+|\[\d+\]|\[(?:"[^"\]]+"|'[^'\]]+')\])*$/u;

/**
 * Converts a template of promptfoo: `{{ a.b[0] }}` is kept, comments go; logic, filters and the environment have no
 * counterpart. `rename` maps a variable to its field.
 */
export function convertTemplate(text: string, rename: (name: string) => string): Converted {
  if (!/\{[{%#]/.test(text)) return { ok: true, text };
  const logic = /\{%-?\s*(\w+)/.exec(text);
  if (logic !== null) return { ok: false, reason: `its template has logic ({% ${logic[1]} %})` };
  const bare = text
    .replace(/\{#[\s\S]*?#\}/g, "")
    .replace(/\s*\{\{-/g, "{{")
    .replace(/-\}\}\s*/g, "}}");
  let reason: string | undefined;
  const converted = bare.replace(TAG, (whole, inside: string) => {
    const path = pathOf(inside);
    if (path === undefined) reason ??= `its template computes ${whole.replace(/\s+/g, " ")}`;
    else if (path.startsWith("env.")) reason ??= "its template reads the environment";
    else if (path === "_conversation") reason ??= "it continues the conversation of earlier tests";
    else return `{{ ${renamed(path, rename)} }}`;
    return whole;
  });
  return reason === undefined ? { ok: true, text: converted } : { ok: false, reason };
}

/** The dotted path that a tag names; `| safe` changes nothing where nothing is escaped. */
function pathOf(inside: string): string | undefined {
  const expression = inside.trim().replace(/\s*\|\s*safe$/, "");
  if (!PATH.test(expression)) return undefined;
  const dotted = expression.replace(/\[["']?([^"'\]]+)["']?\]/g, ".$1");
  return dotted.split(".").every((step) => /^[\p{L}\p{N}_$-]+$/u.test(step)) ? dotted : undefined;
}

function renamed(path: string, rename: (name: string) => string): string {
  const [name = "", ...steps] = path.split(".");
  return [rename(name), ...steps].join(".");
}

/** Renders a template over variables, as promptfoo does: what is missing is the empty text. */
export function render(text: string, variables: JsonObject): Converted {
  const converted = convertTemplate(text, (name) => name);
  if (!converted.ok) return converted;
  let rendered = "";
  let from = 0;
  for (const { path, start, end } of templateFields(converted.text)) {
    const value = fieldAt(variables, path) ?? "";
    rendered += converted.text.slice(from, start) + asText(value);
    from = end;
  }
  return { ok: true, text: rendered + converted.text.slice(from) };
}

/** Renders every text of a value; the reason of the first that cannot be. */
export function renderAll(
  value: JsonValue,
  variables: JsonObject,
): { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly reason: string } {
  let reason: string | undefined;
  const rendered = mapTexts(value, (text) => {
    const one = render(text, variables);
    if (one.ok) return one.text;
    reason ??= one.reason;
    return text;
  });
  return reason === undefined ? { ok: true, value: rendered } : { ok: false, reason };
}
