import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { templateFields } from "../../domain/template.ts";
import { type ImportedFile, jsonLines } from "../importer.ts";
import { distinct, slug } from "../names.ts";
import { caseIds, fieldName, groupCases } from "./cases.ts";
import type { CodeModule } from "./code-module.ts";
import type { PromptfooContext } from "./config.ts";
import { type Group, groupTests } from "./groups.ts";
import type { PromptfooPrompt } from "./prompts.ts";
import type { ScoredTest } from "./scored-tests.ts";
import { convertTemplate } from "./template.ts";

/** A task of the suite, and the tests that it holds. */
export interface ImportedTask {
  readonly name: string;
  readonly task: JsonObject;
  readonly tests: readonly ScoredTest[];
}

/** The tasks, one per prompt and group of tests, and their datasets. */
export function makeTasks(
  prompts: readonly PromptfooPrompt[],
  tests: readonly ScoredTest[],
  { context, code }: { readonly context: PromptfooContext; readonly code: CodeModule },
): { readonly tasks: readonly ImportedTask[]; readonly files: readonly ImportedFile[] } {
  const converted = prompts.flatMap((prompt) => convertPrompt(prompt, context) ?? []);
  const groups = groupTests(tests, { rename: fieldName, code }, context);
  const names = distinct(groups.map((group) => (groups.length === 1 ? "tests" : groupName(group))));
  const ids = caseIds(tests.map(({ test }) => test));
  const reads = [...new Set(converted.flatMap(({ reads }) => reads))];
  const tasks: ImportedTask[] = [];
  const files: ImportedFile[] = [];
  for (const [index, group] of groups.entries()) {
    const name = names[index] ?? "tests";
    const { records, slices } = groupCases(group, reads, { ids, context });
    if (records.length === 0) continue;
    const path = groups.length === 1 ? "cases.jsonl" : `cases-${name}.jsonl`;
    files.push({ path, text: jsonLines(records) });
    for (const prompt of converted) {
      const task = {
        dataset: path,
        prompt: framed(prompt.content, group, context),
        scorers: group.scorers,
        ...(slices.length > 0 && { slices }),
      };
      tasks.push({
        name: taskName(prompt.name, name, converted.length, groups.length),
        task,
        tests: group.tests,
      });
    }
  }
  return { tasks, files };
}

function taskName(prompt: string, group: string, prompts: number, groups: number): string {
  if (prompts === 1) return group;
  return groups === 1 ? prompt : `${prompt}/${group}`;
}

function groupName({ tests, scorers }: Group): string {
  const [first] = tests;
  // Scorers that a case weighs are those of several kinds of test.
  const isMixed = JSON.stringify(scorers).includes('"weight":"{{');
  return isMixed ? "checks" : slug([...new Set(first?.checks.map(({ label }) => label))].join("-"), "tests");
}

interface ConvertedPrompt {
  readonly name: string;
  readonly content: string | readonly { readonly role: string; readonly content: string }[];
  readonly reads: readonly string[];
}

function convertPrompt(
  { name, where, content }: PromptfooPrompt,
  context: PromptfooContext,
): ConvertedPrompt | undefined {
  const parts = typeof content === "string" ? [content] : content.map((message) => message.content);
  const texts: string[] = [];
  for (const part of parts) {
    const converted = convertTemplate(part, fieldName);
    if (!converted.ok) {
      context.notes.leftOut(`${where} "${name}"`, converted.reason);
      return undefined;
    }
    texts.push(converted.text);
  }
  const reads = texts.flatMap((text) => templateFields(text).map(({ path }) => path));
  const whole =
    typeof content === "string"
      ? (texts[0] ?? "")
      : content.map(({ role }, index) => ({ role, content: texts[index] ?? "" }));
  return { name, content: whole, reads };
}

/** The prompt with what the group's tests put before and after it. */
function framed(
  content: ConvertedPrompt["content"],
  { tests }: Group,
  { notes }: PromptfooContext,
): JsonValue {
  const options = tests[0]?.test.options ?? {};
  const before = String(options["prefix"] ?? "");
  const after = String(options["suffix"] ?? "");
  if (before === "" && after === "") return typeof content === "string" ? content : [...content];
  if (typeof content === "string") return before + content + after;
  notes.leftOut("prefix, suffix", "a chat has no place for them");
  return [...content];
}
