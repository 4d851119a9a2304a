import type { JsonValue } from "../domain/json.ts";
import type { Model } from "../domain/model.ts";
import { type Task, TURN_CHOICES, type TurnChoice } from "../domain/suite.ts";
import { wholeField } from "../domain/template.ts";
import { CODES } from "./codes.ts";
import type { RawTask } from "./schema.ts";
import type { Path, Source } from "./source.ts";

/** The turns of a conversation; `undefined` where a task is one question. */
export function readTurns(source: Source, path: Path, prompt: RawTask["prompt"]): Task["turns"] {
  if (typeof prompt === "string" || !("turns" in prompt)) return undefined;
  const { turns } = prompt;
  if (typeof turns === "string" && wholeField(turns) === undefined) {
    source.fault(
      CODES.shape,
      "turns must be a list, or one field that holds it",
      source.valuePlace([...path, "turns"]),
      {
        hint: 'Write turns: "{{ turns }}", or turns: [Hello, "{{ question }}"].',
      },
    );
    source.spoil(path);
  }
  return turns;
}

/** What of a conversation a scorer judges, at its `turns` in the suite. */
export function readTurnChoice(
  source: Source,
  path: Path,
  {
    given,
    isConversation,
    comparesBaseline,
  }: {
    readonly given: JsonValue | undefined;
    readonly isConversation: boolean | undefined;
    readonly comparesBaseline: boolean;
  },
): TurnChoice | undefined {
  if (given === undefined) return undefined;
  const chosen = TURN_CHOICES.find((choice) => choice === given);
  const fault = (message: string, hint: string) =>
    source.fault(CODES.shape, message, source.valuePlace([...path, "turns"]), { hint });
  if (isConversation === false)
    fault("turns: the task is no conversation", "Its prompt has no turns: leave this out.");
  else if (chosen === undefined)
    fault(
      `turns must be one of ${TURN_CHOICES.join(", ")}`,
      "The answer to the last turn, to each of them (the score is their mean), or all answers as one text.",
    );
  else if (comparesBaseline && chosen !== "last")
    fault("the baseline's answer is compared at the last turn alone", "Leave turns out.");
  return chosen;
}

/** Models that cannot hold a conversation of this suite. */
export function checkSpeakers(source: Source, models: readonly Model[], tasks: readonly Task[]): void {
  const talk = tasks.find(({ turns }) => turns !== undefined);
  if (talk === undefined) return;
  for (const { name, workflow, parameters, place } of models) {
    const what = workflow !== undefined ? "a workflow" : parameters.tools !== undefined ? "tools" : undefined;
    if (what === undefined) continue;
    source.fault(CODES.workflow, `"${name}" has ${what}, and task "${talk.name}" is a conversation`, place, {
      hint: "Each turn is asked of the model alone: measure this target in a suite of its own.",
    });
  }
}
