import type { JsonObject, JsonValue } from "./json.ts";
import { isDeeper } from "./json-depth.ts";
import type { Message, Task } from "./suite.ts";
import { fieldAt, renderText, wholeField } from "./template.ts";

/** The most turns that a conversation can have. */
export const MOST_TURNS = 50;

/** What a user says in one turn of a conversation. */
export interface UserTurn {
  readonly text: string;
  /** What the case holds beside it: for the scorers of this turn. */
  readonly fields: JsonObject;
}

/** What a model is asked about one case. */
export interface AskedPrompt {
  /** The prompt; of a conversation, what comes with its first turn. */
  readonly messages: readonly Message[];
  /** Every turn of the user, the first included; `undefined` where the task is no conversation. */
  readonly turns: readonly UserTurn[] | undefined;
}

/** The prompt of a task over a case. Throws for a field that is missing or no list of turns: the dataset was checked. */
export function renderPrompt(
  { prompt, turns }: Pick<Task, "prompt" | "turns">,
  fields: JsonObject,
): AskedPrompt {
  const messages = prompt.map(({ role, content }) => ({ role, content: renderText(content, fields) }));
  if (turns === undefined) return { messages, turns: undefined };
  const read = readTurns(turns, fields);
  const [first] = typeof read === "string" ? [] : read;
  if (typeof read === "string" || first === undefined)
    throw new Error(`${read}: the dataset was not checked`);
  return { messages: [...messages, { role: "user", content: first.text }], turns: read };
}

/** The turns of a case: templates of the suite, or the list that one field of the case holds; a text is what is wrong. */
export function readTurns(
  turns: NonNullable<Task["turns"]>,
  fields: JsonObject,
): readonly UserTurn[] | string {
  if (typeof turns !== "string")
    return checked(turns.map((template) => ({ text: renderText(template, fields), fields: {} })));
  const given = fieldAt(fields, wholeField(turns) ?? "");
  const list = typeof given === "string" ? parsed(given) : given;
  if (!isList(list)) return `the turns must be a list (they are ${shown(given)})`;
  const read = list.map(readTurn);
  const wrong = read.findIndex((turn) => turn === undefined);
  if (wrong >= 0)
    return `turn ${wrong + 1} must be a text, or an object with a text as user (it is ${shown(list[wrong])})`;
  return checked(read.filter((turn) => turn !== undefined));
}

/** The fields of a case with those of one turn, as `{{ turn.… }}`. */
export function withTurn(fields: JsonObject, turns: readonly UserTurn[], at: number): JsonObject {
  const turn = turns[at];
  if (turn === undefined) return fields;
  return { ...fields, turn: { ...turn.fields, user: turn.text, number: at + 1 } };
}

function checked(turns: readonly UserTurn[]): readonly UserTurn[] | string {
  if (turns.length === 0) return "a conversation has at least one turn";
  if (turns.length > MOST_TURNS)
    return `a conversation has at most ${MOST_TURNS} turns (it has ${turns.length})`;
  const empty = turns.findIndex(({ text }) => text.trim() === "");
  return empty < 0 ? turns : `turn ${empty + 1} is empty`;
}

function readTurn(value: JsonValue): UserTurn | undefined {
  if (typeof value === "string") return { text: value, fields: {} };
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  const { user, ...fields } = value;
  return typeof user === "string" ? { text: user, fields } : undefined;
}

/** A list as a CSV file can write it: JSON. */
function parsed(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return isDeeper(value) ? text : value;
  } catch {
    return text;
  }
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function shown(value: JsonValue | undefined): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}
