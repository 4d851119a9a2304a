import { createHash } from "node:crypto";
import type { Result } from "../domain/fault.ts";
import type { Suite } from "../domain/suite.ts";
import { CODES } from "./codes.ts";
import { checkSpeakers } from "./conversations.ts";
import { readGate } from "./gate.ts";
import { reportIssues } from "./issues.ts";
import { checkJudges, readJudges, refuseEmbedders } from "./judges.ts";
import { DEFAULT_SETTINGS, readModel, refuseSecrets } from "./models.ts";
import { readYaml } from "./read-yaml.ts";
import { type RawSuite, suiteSchema } from "./schema.ts";
import type { Shelves } from "./shelves.ts";
import { Source } from "./source.ts";
import { readTask } from "./tasks.ts";

const LARGEST_BYTES = 5_000_000;

/** Parses a suite file: every fault at once, each with its place. `file` is absolute. */
export function parseSuite(bytes: Uint8Array, file: string, shelves: Shelves): Result<Suite> {
  const text = decode(bytes);
  const source = new Source(file, text ?? "");
  const start = source.place([0, 0]);
  if (text === undefined)
    source.fault(CODES.encoding, "the suite is not valid UTF-8", start, {
      hint: "Convert it: iconv -f latin1 -t utf8",
    });
  else if (bytes.length > LARGEST_BYTES)
    source.fault(CODES.tooLarge, "a suite holds at most 5 MB", start, { hint: "Cases belong in a dataset." });
  else readYaml(source);
  if (source.faults.length > 0) return { ok: false, faults: source.faults };
  refuseSecrets(source, source.data, []);
  const parsed = suiteSchema(shelves).safeParse(source.data);
  if (!parsed.success) {
    reportIssues(source, parsed.error.issues, shelves);
    return { ok: false, faults: inOrder(source) };
  }
  const suite = assemble(source, parsed.data, bytes, shelves);
  return source.faults.length > 0 ? { ok: false, faults: inOrder(source) } : { ok: true, value: suite };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function inOrder(source: Source) {
  return [...source.faults].sort(
    (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}

function assemble(source: Source, raw: RawSuite, bytes: Uint8Array, shelves: Shelves): Suite {
  const models = Object.keys(raw.models).flatMap((name) => readModel(source, name, raw, shelves) ?? []);
  const judges = readJudges(source, raw, shelves);
  const tasks = Object.entries(raw.tasks).map(([name, task]) => readTask(source, name, task, shelves));
  checkJudges(source, raw, shelves);
  refuseEmbedders(source, raw);
  checkSpeakers(source, models, tasks);
  if (models.length === 0)
    source.fault(CODES.missingKey, "the suite has no model", source.keyPlace(["models"]));
  if (tasks.length === 0) source.fault(CODES.noTask, "the suite has no task", source.keyPlace(["tasks"]));
  return {
    name: raw.name,
    description: raw.description,
    file: source.file,
    hash: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    text: source.text,
    seed: raw.settings?.seed ?? 0,
    models,
    judges,
    tasks,
    concurrency: raw.settings?.concurrency ?? DEFAULT_SETTINGS.overall,
    budget: { usd: raw.settings?.budget?.usd, calls: raw.settings?.budget?.calls },
    batch: raw.settings?.batch ?? false,
    gate: raw.gate === undefined ? undefined : readGate(source, raw.gate, { models, tasks }),
  };
}
