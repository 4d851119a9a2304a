import { parseDocument } from "yaml";
import type { JsonValue } from "../domain/json.ts";
import { withinTime } from "./time-box.ts";

/** YAML found in an answer. */
export type YamlReading =
  | { readonly kind: "yaml"; readonly value: JsonValue; readonly isBare: boolean }
  | { readonly kind: "none"; readonly reason: string };

const LONGEST = 100_000;
const DEEPEST = 100;
const LIMIT_MS = 1000;

/** Reads the one YAML document of an answer: the whole text, or else what stands in a Markdown fence. A plain sentence is no document. */
export function readYaml(answer: string): YamlReading {
  const bare = parse(answer, true);
  const fence = [...answer.matchAll(/^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```/gms)].at(-1)?.[1];
  return bare.kind === "yaml" || fence === undefined ? bare : parse(fence, false);
}

function parse(text: string, isBare: boolean): YamlReading {
  if (text.trim() === "") return none("the answer is blank");
  if (text.length > LONGEST) return none(`longer than ${LONGEST} characters`);
  if (nesting(text) > DEEPEST) return none(`nested deeper than ${DEEPEST} levels`);
  const read = withinTime(LIMIT_MS, () => document(text));
  if (read === "timeout") return none(`reading it takes more than ${LIMIT_MS} ms`);
  return "fault" in read.value ? none(read.value.fault) : { kind: "yaml", value: read.value.value, isBare };
}

function document(text: string): { readonly fault: string } | { readonly value: JsonValue } {
  const found = parseDocument(text, {
    schema: "core",
    strict: true,
    prettyErrors: false,
    logLevel: "error",
  });
  const [problem] = [...found.errors, ...found.warnings];
  if (problem !== undefined) return { fault: problem.message.split("\n")[0] ?? problem.message };
  try {
    // By way of JSON: what JSON cannot hold (a key that is a map, `.nan`) becomes what it can.
    const plain: unknown = found.toJS({ maxAliasCount: 100 });
    const value: JsonValue = JSON.parse(JSON.stringify(plain ?? null));
    return typeof value === "string" ? { fault: "it is a text, not a map or a list" } : { value };
  } catch (error) {
    // Too many aliases, or one that leads to itself.
    if (!(error instanceof ReferenceError || error instanceof TypeError)) throw error;
    return { fault: error.message.split("\n")[0] ?? error.message };
  }
}

/** At least as deep as the parser would go: open brackets, or indicators and indentation of one line. */
function nesting(text: string): number {
  let brackets = 0;
  let deepest = 0;
  const indents: number[] = [];
  for (const line of text.split("\n")) {
    for (const character of line) {
      if (character === "[" || character === "{") deepest = Math.max(deepest, ++brackets);
      if (character === "]" || character === "}") brackets = Math.max(0, brackets - 1);
    }
    const indent = line.length - line.trimStart().length;
    while ((indents.at(-1) ?? -1) >= indent) indents.pop();
    indents.push(indent);
    const indicators = /^(?:\s*[-?:](?=\s))*/.exec(line)?.[0].replace(/\s/g, "").length ?? 0;
    deepest = Math.max(deepest, indents.length + indicators);
  }
  return deepest;
}

function none(reason: string): YamlReading {
  return { kind: "none", reason };
}
