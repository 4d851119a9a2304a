import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { oneByOne } from "../domain/one-by-one.ts";
import { blockId } from "../reports/html/case-data.ts";
import { answerDetail, inputDetail, judgementDetail } from "../reports/html/case-details.ts";
import { type ListBuilder, listBuilder, type Source } from "../reports/html/case-list.ts";
import { dataBlock, explorerSection } from "../reports/html/explorer-section.ts";
import { htmlPage } from "../reports/html/page.ts";
import type { ReportInput } from "../reports/report.ts";
import { readJournal } from "../storage/journal.ts";
import { runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { guarded } from "../storage/storage-fault.ts";
import { storedSuite } from "./checked-suite.ts";
import { type Packable, packed, startPacking } from "./packing.ts";
import type { StoredRun } from "./stored-run.ts";

const SCRIPT = new URL("../reports/html/explorer.js", import.meta.url);

/** A run to be shown with its answers, and the run that the baseline's answers come from: often the same. */
export interface ShownRun {
  readonly input: ReportInput;
  readonly stored: StoredRun;
  readonly baseline: StoredRun;
}

/** The whole page with its explorer, piece by piece: the runs' files are read as streams, blocks come packed. */
export async function* htmlReport(shown: ShownRun): AsyncGenerator<string> {
  const { runs, sources, roles } = shownModels(shown);
  const builder = listBuilder(sources, roles);
  const packing = startPacking();
  const judgementBlocks = await packing.pack("judgements", judgements(runs, builder));
  const inputBlocks = await packing.pack("inputs", inputs(shown.stored, builder));
  const answerBlocks = await packing.pack("answers", answers(runs, builder));
  const list = builder.list({ judgementBlocks, inputBlocks, answerBlocks });
  const script = await readFile(SCRIPT, "utf8");
  const section = explorerSection(packing.counts("answers"), inputBlocks.length > 0);
  const { before, after } = htmlPage(shown.input, { section, script });
  yield before;
  yield dataBlock(blockId("list", 0), await packed(JSON.stringify(list)));
  yield* packing.blocks;
  yield after;
}

async function* judgements(runs: readonly StoredRun[], builder: ListBuilder): AsyncGenerator<Packable> {
  for (const [source, { directory }] of runs.entries())
    for await (const scored of oneByOne(readScores(runFiles(directory).scores)))
      yield {
        isTelling: builder.isTelling(scored),
        place: (number) => builder.place("judgement", { source, id: scored }, number),
        detail: judgementDetail(scored),
      };
}

async function* answers(runs: readonly StoredRun[], builder: ListBuilder): AsyncGenerator<Packable> {
  for (const [source, { directory }] of runs.entries())
    for await (const sample of readJournal(runFiles(directory).samples))
      yield {
        isTelling: builder.isTelling(sample),
        place: (number) => builder.place("answer", { source, id: sample }, number),
        detail: answerDetail(sample),
      };
}

/** What the models were given, where the datasets are still there; a case that has changed since is left out. */
async function* inputs({ manifest }: StoredRun, builder: ListBuilder): AsyncGenerator<Packable> {
  const checked = await storedSuite(manifest, undefined);
  if (!checked.ok) return;
  for (const [task, dataset] of checked.value.datasets)
    for await (const given of oneByOne(dataset.cases()))
      yield {
        isTelling: builder.isTelling({ task, caseId: given.id }),
        place: (number) => builder.placeInput(task, given, number),
        detail: inputDetail(given),
      };
}

/** Every model of the run, and the baseline of another run under a name that says so. */
function shownModels({ input: { comparisons }, stored, baseline }: ShownRun) {
  const own: Source = {
    table: stored.table,
    models: [...stored.table.targets.keys()].map((target) => ({ target, name: target })),
  };
  const [judged] = comparisons;
  const [first = "", ...others] = stored.table.targets.keys();
  const candidates = judged === undefined ? others : comparisons.map(({ candidate }) => candidate.name);
  const target = judged?.baseline.name ?? first;
  if (baseline === stored || judged === undefined) {
    const sources: readonly [Source] = [own];
    return { runs: [stored], sources, roles: { baseline: target, candidates } };
  }
  const name = `${target} (run ${baseline.manifest.id})`;
  const other: Source = { table: baseline.table, models: [{ target, name }] };
  const sources: readonly [Source, Source] = [own, other];
  return { runs: [stored, baseline], sources, roles: { baseline: name, candidates } };
}

/** Writes the page in place whole: a reader of the file sees the old one or the new one. */
export async function writeHtmlReport(shown: ShownRun, file: string): Promise<void> {
  const temporary = `${file}.tmp-${process.pid}`;
  await guarded(file, async () => {
    try {
      await writeFile(temporary, htmlReport(shown));
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
}
