import { z } from "zod";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { isObject } from "./json-equality.ts";
import { scorers } from "./registry.ts";
import type { Scorer, ScorerExample } from "./scorer.ts";

/** The reference of all scorers, as Markdown: what each one measures, its options, and its examples. */
export function scorersReference(): string {
  return `${[INTRODUCTION, ...[...scorers.values()].map(section)].join("\n\n")}\n`;
}

const INTRODUCTION = `# Scorers

A task lists its scorers; its score is their mean by weight. Beside its options, every scorer takes \`name\` (of its
column; needed where a task has one scorer twice) and \`weight\` (1 unless the suite says otherwise; 0 is shown and
decides nothing); in a [conversation](conversations.md) also \`turns\`.

An option can be set case by case: \`"{{ field }}"\` alone takes the value of that field, of whatever kind.

\`\`\`yaml
scorers:
  - numeric: { expected: "{{ total }}", tolerance: "{{ tolerance }}", weight: "{{ importance }}" }
  - choice: { name: category, options: "{{ categories }}", expected: "{{ label }}" }
\`\`\`

A text stands for the number, boolean or list that the option wants (\`0.5\`, \`true\`, \`["a", "b"]\`: all that CSV can
say); \`null\` and an empty text leave the option at its default. A case whose value does not fit is refused before any
call is made, at its line and column. Names, the file of a \`module\` and the scorers inside of others are the suite's
alone: a case is data and does not say what is run.`;

function section(scorer: Scorer): string {
  const parts = [`## \`${scorer.name}\``, scorer.summary, optionTable(scorer), exampleTable(scorer.examples)];
  return parts.filter((part) => part !== "").join("\n\n");
}

function optionTable(scorer: Scorer): string {
  const schema = jsonObject(z.toJSONSchema(scorer.schema, { io: "input" }));
  const { required = [], properties } = schema;
  const needed = Array.isArray(required) ? required : [];
  const rows = Object.entries(jsonObject(properties)).map(([name, property]) => {
    const { description = "", default: preset = scorer.defaults[name], enum: values } = jsonObject(property);
    const choices = Array.isArray(values) ? ` One of ${values.map((value) => code(value)).join(", ")}.` : "";
    const fallback =
      preset === "" ? "none" : preset !== undefined ? code(preset) : needed.includes(name) ? "required" : "";
    return `| \`${name}\` | ${cell(String(description))}${choices} | ${fallback} |`;
  });
  return ["| option | meaning | default |", "|---|---|---|", ...rows].join("\n");
}

function exampleTable(examples: readonly ScorerExample[]): string {
  if (examples.length === 0) return "";
  const rows = examples.map(({ options = {}, fields = {}, score, fault, ifFormatFixed, ...example }) => {
    const mended = ifFormatFixed === undefined ? "" : `, ${ifFormatFixed} with its format mended`;
    const verdict = `${score}${fault === "format" ? ` (format${mended})` : ""}`;
    return `| ${settings(options)} | ${settings(fields)} | ${answerCell(example)} | ${verdict} |`;
  });
  return ["| options | case | answer | score |", "|---|---|---|---|", ...rows].join("\n");
}

function answerCell({ answer, toolCalls = [], refused }: Omit<ScorerExample, "score">): string {
  const calls = toolCalls.map((call) => code(`${call.name}(${JSON.stringify(call.arguments)})`));
  const text = answer === "" && (calls.length > 0 || refused === true) ? [] : [code(answer)];
  return [...text, ...calls, ...(refused === true ? ["(outcome `refused`)"] : [])].join(" ");
}

function settings(object: JsonObject): string {
  return Object.entries(object)
    .map(([key, value]) => code(`${key}: ${JSON.stringify(value)}`))
    .join(" ");
}

/** In code marks that the text itself cannot close; line breaks and lone control characters escaped. */
function code(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const shown = text.replace(/\n/g, "\\n");
  const short = shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
  const longest = Math.max(0, ...[...short.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return cell(`${marks}${space}${short}${space}${marks}`);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function jsonObject(value: unknown): JsonObject {
  const plain: JsonValue = value === undefined ? {} : JSON.parse(JSON.stringify(value));
  return isObject(plain) ? plain : {};
}
