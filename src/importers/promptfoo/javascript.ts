import { compileFunction } from "node:vm";
import type { JsonValue } from "../../domain/json.ts";
import { numberField, objectField, textField } from "../json-shape.ts";
import type { AssertionPlace } from "./assertions.ts";
import { type Check, leftOut, type Mapped } from "./check.ts";
import type { CodeModule } from "./code-module.ts";
import { extensionOf, fileReference } from "./config.ts";

/** Parts of promptfoo's context that a scorer is not given. */
const FOREIGN = /\bcontext\s*\??\.\s*(?!vars\b|config\b)([A-Za-z]\w*)/;

type Body = { readonly body: string; readonly isTypeScript?: boolean } | { readonly problem: string };

/** A `javascript` assertion as a function of a module that does nothing until its reader says so. */
export function javascriptCheck(assertion: JsonValue, written: string, place: AssertionPlace): Mapped {
  const value = textField(assertion, "value");
  if (value === undefined) return leftOut(`${written} without code`);
  const reference = fileReference(value);
  const made = reference === undefined ? inline(value) : named(reference, place);
  if ("problem" in made) return leftOut(`${written}: ${made.problem}`);
  const settings = {
    negated: written.startsWith("not-"),
    threshold: numberField(assertion, "threshold"),
    config: objectField(assertion, "config"),
    readsFields: reference === undefined && readsFields(value),
  };
  return {
    kind: "check",
    check: {
      scorer: "module",
      options: {},
      values: { function: place.code.add(made.body, settings, made.isTypeScript) },
      templates: {},
      label: textField(assertion, "metric") ?? written,
      weight: numberField(assertion, "weight") ?? 1,
    },
  };
}

/** The checks of one test with all of its code as one function. */
export function joinCode(checks: readonly Check[], code: CodeModule): readonly Check[] {
  const own = checks.filter(({ scorer }) => scorer === "module");
  const [first] = own;
  if (first === undefined || own.length === 1) return checks;
  const name = code.all(own.map(({ values }) => String(values["function"])));
  const joined: Check = { ...first, label: "javascript", weight: 1, values: { function: name } };
  return [joined, ...checks.filter(({ scorer }) => scorer !== "module")];
}

/** Code that stands in the configuration: compiled to see that it is one function body, and not run. */
function inline(code: string): Body {
  if (/\{\{\s*[\w.]+\s*(?:\|[^}]*)?\}\}|\{%/.test(code))
    return { problem: "its code is a template; read variables by context.vars" };
  const foreign = FOREIGN.exec(code)?.[1];
  if (foreign !== undefined)
    return { problem: `its code reads context.${foreign}, which a scorer is not given` };
  const isBody = code.trim().includes("\n") || /^\s*(?:return|const|let|if)\b/.test(code);
  const body = isBody ? code : `return ${expression(code)};`;
  try {
    compileFunction(body, ["output", "context"]);
  } catch (error) {
    return {
      problem: `its code does not compile (${error instanceof Error ? error.message : String(error)})`,
    };
  }
  return { body };
}

/** A line comment at its end must not swallow what follows. */
function expression(code: string): string {
  const trimmed = code.trim().replace(/;$/, "");
  return trimmed.includes("//") ? `(${trimmed}\n)` : trimmed;
}

/** Code of a file: imported where it lies, once it is reviewed. */
function named(
  reference: { readonly path: string; readonly function: string | undefined },
  { context }: AssertionPlace,
): Body {
  const extension = extensionOf(reference.path);
  if (!/^[cm]?[jt]s$/.test(extension)) return { problem: `${reference.path} is no JavaScript file` };
  const from = context.source.fromSuite(reference.path);
  const path = JSON.stringify(from.startsWith(".") ? from : `./${from}`);
  const wanted = JSON.stringify(reference.function ?? "default");
  const body = `return import(${path}).then((loaded) => {
  const check = loaded[${wanted}] ?? loaded.default?.[${wanted}];
  return (typeof check === "function" ? check : check.default)(output, context);
});`;
  return { body, isTypeScript: extension.endsWith("ts") };
}

/** Whether code reads a property that no text has. */
function readsFields(code: string): boolean {
  const names = [...code.matchAll(/\boutput\s*\??\.\s*([A-Za-z_$][\w$]*)/g)].map((match) => match[1] ?? "");
  return names.some((name) => !(name in String.prototype));
}
