import type { JsonValue } from "../../domain/json.ts";
import { field, isList, isObject, listOf, textField } from "../json-shape.ts";
import { distinct, slug } from "../names.ts";
import { parseJson } from "../read-document.ts";
import { extensionOf, fileReference, type PromptfooContext, readNamed, readText } from "./config.ts";

/** One message of a chat, its content a template. */
export interface PromptfooMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A prompt of promptfoo: its templates as they stand there. */
export interface PromptfooPrompt {
  readonly name: string;
  readonly where: string;
  readonly content: string | readonly PromptfooMessage[];
}

interface Found {
  readonly label: string | undefined;
  readonly where: string;
  readonly value: JsonValue;
}

/** A text that stands for a file although it lacks `file://`. */
const BARE_PATH = /^[^\s{}]+\.(?:txt|md|json|ya?ml|j2|csv|js|cjs|mjs|ts|py)(?::\w+)?$/;

/** Every prompt of the configuration that can be carried over. */
export async function readPrompts(
  given: JsonValue | undefined,
  context: PromptfooContext,
): Promise<readonly PromptfooPrompt[]> {
  // The old form: `{ file: label }`. Without prompts promptfoo sends the variable `prompt`.
  const items = isObject(given)
    ? Object.entries(given).map(([id, label]): JsonValue => ({ id, label }))
    : listOf(given ?? "{{prompt}}");
  const found: Found[] = [];
  for (const [index, item] of items.entries()) found.push(...(await readItem(item, index, context)));
  const prompts = found.flatMap(({ label, where, value }) => {
    const content = contentOf(value);
    if (!("problem" in content)) return [{ label, where, content: content.content }];
    context.notes.leftOut(where, content.problem);
    return [];
  });
  const names = distinct(prompts.map(({ label }, index) => slug(label ?? "", `prompt-${index + 1}`)));
  return prompts.map(({ where, content }, index) => ({ name: names[index] ?? "prompt", where, content }));
}

async function readItem(
  item: JsonValue,
  index: number,
  context: PromptfooContext,
): Promise<readonly Found[]> {
  const where = `prompts[${index}]`;
  const label = textField(item, "label");
  if (field(item, "config") !== undefined)
    context.notes.leftOut(where, "its config: parameters stand on a model, not on a prompt");
  const text = typeof item === "string" ? item : (textField(item, "raw") ?? textField(item, "id") ?? label);
  if (text === undefined) return [{ label, where, value: item }];
  if (/^(?:exec:|langfuse:|portkey:|helicone:|https?:)/.test(text)) {
    context.notes.leftOut(where, `${text.split(":")[0]} prompts come from outside of the configuration`);
    return [];
  }
  const reference =
    fileReference(text) ?? (BARE_PATH.test(text) ? fileReference(`file://${text}`) : undefined);
  if (reference === undefined) return [{ label, where, value: text }];
  const paths = reference.path.includes("*") ? await context.source.match(reference.path) : [reference.path];
  if (paths.length === 0) context.notes.leftOut(where, `no file matches ${reference.path}`);
  const found: Found[] = [];
  for (const path of paths) found.push(...(await readFile(path, label, where, context)));
  return found;
}

async function readFile(
  path: string,
  label: string | undefined,
  where: string,
  context: PromptfooContext,
): Promise<readonly Found[]> {
  if (extensionOf(path) === "csv") {
    context.notes.leftOut(where, `prompts of a CSV file (${path}) have no counterpart`);
    return [];
  }
  // A chat in JSON is a template too: it need not be JSON before it is rendered.
  const read = extensionOf(path) === "json" ? await readText(path, context) : await readNamed(path, context);
  if ("problem" in read) {
    context.notes.leftOut(where, read.problem);
    return [];
  }
  const name = label ?? path.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
  if (typeof read.value !== "string") return [{ label: name, where, value: read.value }];
  const parts = read.value.split(/^---$/m).map((part) => part.trim());
  return parts.filter((part) => part !== "").map((value) => ({ label: name, where, value }));
}

type Content = { readonly content: PromptfooPrompt["content"] } | { readonly problem: string };

/** A chat is a list of messages, given as such or written as JSON; anything else is one text. */
function contentOf(value: JsonValue): Content {
  if (typeof value === "string") {
    if (!/^\s*\[/.test(value)) return { content: value };
    const chat = parseJson(withoutDump(value));
    return chat === undefined ? { content: value } : contentOf(chat);
  }
  if (!isList(value)) return { problem: "it is neither a text nor a list of messages" };
  const messages: PromptfooMessage[] = [];
  for (const message of value) {
    const role = textField(message, "role");
    const content = textField(message, "content");
    if (content === undefined) return { problem: "a message of it holds more than text" };
    if (role !== "system" && role !== "user" && role !== "assistant")
      return { problem: `there is no role "${role ?? ""}"` };
    messages.push({ role, content });
  }
  return messages.length === 0 ? { problem: "it has no message" } : { content: messages };
}

/** In a chat written as JSON, `{{ x | dump }}` is x with its quotes: the text `"{{ x }}"`. */
function withoutDump(text: string): string {
  return text.replace(/\{\{-?\s*([\w.]+)\s*\|\s*(?:dump|tojson)\s*-?\}\}/g, '"{{ $1 }}"');
}
