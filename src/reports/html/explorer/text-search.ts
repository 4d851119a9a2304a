import type { AnswerDetail, CaseList, InputDetail } from "../case-data.ts";
import { unpackBlock } from "./blocks.ts";
import type { ModelScores } from "./scores.ts";

/** The cases with a text in their fields or in an answer; `undefined` where a later search has taken over. */
export type TextSearch = (
  text: string,
  models: readonly ModelScores[],
) => Promise<ReadonlySet<number> | undefined>;

/** Searches every block of the file, one after the other: nothing is kept unpacked. Case does not count. */
export function textSearch(list: CaseList): TextSearch {
  let latest = 0;
  return async (text, models) => {
    latest += 1;
    const mine = latest;
    const wanted = text.toLowerCase();
    const found = new Set<number>();
    const inputs = places(list.cases.input.map((number, index) => [number, index] as const));
    for await (const [number, detail] of details<InputDetail>("inputs", list.inputBlocks)) {
      if (mine !== latest) return undefined;
      if (detail.some(([, value]) => value.toLowerCase().includes(wanted)))
        found.add(inputs.get(number) ?? -1);
    }
    const answers = places(
      models.flatMap(({ model }) =>
        model.answer.map((number, sample) => [number, model.caseIndex[sample] ?? -1] as const),
      ),
    );
    for await (const [number, detail] of details<AnswerDetail>("answers", list.answerBlocks)) {
      if (mine !== latest) return undefined;
      const place = answers.get(number);
      if (place !== undefined && wordsOf(detail).toLowerCase().includes(wanted)) found.add(place);
    }
    return mine === latest ? found : undefined;
  };
}

function wordsOf({ text, failure, tools }: AnswerDetail): string {
  return [text, failure, tools].join("\n");
}

/** By the number of a detail, the case that it belongs to. */
function places(pairs: readonly (readonly [number: number, index: number])[]): ReadonlyMap<number, number> {
  return new Map(pairs.filter(([number]) => number >= 0));
}

async function* details<Detail>(
  kind: "inputs" | "answers",
  starts: readonly number[],
): AsyncGenerator<readonly [number: number, detail: Detail]> {
  for (const [block, start] of starts.entries())
    for (const [at, detail] of (await unpackBlock<Detail>(kind, block)).entries()) yield [start + at, detail];
}
