import { createRequire } from "node:module";

/** A program as a script that QuickJS runs, or why it does not parse. */
export type Script =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** Turns TypeScript, and modules, into scripts. */
export type Transform = (text: string, isTypescript: boolean) => Script;

const MODULE_SYNTAX = /^\s*(?:export|import)\b(?!\s*\()/m;

/** Whether a text is more than a plain script. */
export function needsTransform(text: string, isTypescript: boolean): boolean {
  return isTypescript || MODULE_SYNTAX.test(text);
}

/** Loads the transform of jiti (Babel): types are taken off, not checked; enums, namespaces and decorators work. */
export async function loadTransform(): Promise<Transform> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(createRequire(import.meta.url).resolve("jiti"), { fsCache: false });
  // The first use loads Babel, which is no time of the answer's.
  jiti.transform({ source: "export {};", ts: true });
  return (text, isTypescript) => {
    try {
      const script = jiti.transform({ source: text, ts: isTypescript, filename: "answer.ts" });
      const failed = /^exports\.__JITI_ERROR__ = (.*)$/m.exec(script)?.[1];
      return failed === undefined
        ? { ok: true, text: script }
        : { ok: false, reason: `SyntaxError: ${placeOf(failed)}` };
    } catch (error) {
      return { ok: false, reason: `SyntaxError: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
}

/** `exports.__JITI_ERROR__ = {"line":1,"column":9,"message":"Unexpected token "}` in words. */
function placeOf(failed: string): string {
  const read = (pattern: RegExp) => pattern.exec(failed)?.[1] ?? "?";
  return `${read(/"message":"([^"]*)"/).trim()} (line ${read(/"line":(\d+)/)})`;
}
