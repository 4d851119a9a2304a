import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type AnswerDetail, blockId, type JudgementDetail } from "../reports/html/case-data.ts";
import { answerDetail, judgementDetail } from "../reports/html/case-details.ts";
import { type ListBuilder, listBuilder, type SamplePlace, type Source } from "../reports/html/case-list.ts";
import { dataBlock, explorerSection } from "../reports/html/explorer-section.ts";
import { htmlPage } from "../reports/html/page.ts";
import type { ReportInput } from "../reports/report.ts";
import { readJournal } from "../storage/journal.ts";
import { runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { guarded } from "../storage/storage-fault.ts";
import type { StoredRun } from "./stored-run.ts";

const compress = promisify(gzip);
const SCRIPT = new URL("../reports/html/explorer.js", import.meta.url);
/** JSON of one block, in characters. */
const BLOCK = 400_000;
/** Compressed data of a whole page, in characters of base64: it stays a file that a CI keeps and a mail carries. */
const MOST_DATA = 24_000_000;
/** The last part of the room is for cases on which the models differ. */
const FOR_TELLING = 8_000_000;

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
  const room: Room = { used: 0, kept: 0, all: 0 };
  const packing: Packing = { builder, room, blocks: [] };
  const judgementBlocks = await packed("judgement", judgements(runs), packing);
  const answerBlocks = await packed("answer", answers(runs), packing);
  const list = builder.list({ answerBlocks, judgementBlocks });
  const script = await readFile(SCRIPT, "utf8");
  const { before, after } = htmlPage(shown.input, { section: explorerSection(room), script });
  yield before;
  yield dataBlock(blockId("list", 0), await base64(JSON.stringify(list)));
  yield* packing.blocks;
  yield after;
}

type Detail<Kind> = readonly [SamplePlace, Kind];

async function* judgements(runs: readonly StoredRun[]): AsyncGenerator<Detail<JudgementDetail>> {
  for (const [source, { directory }] of runs.entries())
    for await (const scored of readScores(runFiles(directory).scores))
      yield [{ source, id: scored }, judgementDetail(scored)];
}

async function* answers(runs: readonly StoredRun[]): AsyncGenerator<Detail<AnswerDetail>> {
  for (const [source, { directory }] of runs.entries())
    for await (const sample of readJournal(runFiles(directory).samples))
      yield [{ source, id: sample }, answerDetail(sample)];
}

interface Room {
  /** Characters of base64 so far. */
  used: number;
  /** Answers in the file, and of the run. */
  kept: number;
  all: number;
}

interface Packing {
  readonly builder: ListBuilder;
  readonly room: Room;
  readonly blocks: string[];
}

/** Packs details into blocks while there is room; gives the number of the first detail of each block. */
async function packed(
  kind: "answer" | "judgement",
  details: AsyncIterable<Detail<AnswerDetail | JudgementDetail>>,
  { builder, room, blocks }: Packing,
): Promise<readonly number[]> {
  const starts: number[] = [];
  let pending: string[] = [];
  let size = 0;
  let number = 0;
  const flush = async () => {
    if (pending.length === 0) return;
    const block = dataBlock(blockId(`${kind}s`, starts.length), await base64(`[${pending.join(",")}]`));
    starts.push(number - pending.length);
    blocks.push(block);
    room.used += block.length;
    pending = [];
    size = 0;
  };
  for await (const [place, detail] of details) {
    const isFull = room.used > MOST_DATA - (builder.isTelling(place.id) ? 0 : FOR_TELLING);
    if (!builder.place(kind, place, isFull ? -1 : number)) continue;
    if (kind === "answer") room.all += 1;
    if (isFull) continue;
    const text = JSON.stringify(detail);
    pending.push(text);
    size += text.length;
    number += 1;
    if (kind === "answer") room.kept += 1;
    if (size > BLOCK) await flush();
  }
  await flush();
  return starts;
}

async function base64(text: string): Promise<string> {
  return (await compress(text)).toString("base64");
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
