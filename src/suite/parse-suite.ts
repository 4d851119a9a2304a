import { createHash } from "node:crypto";
import type { Fault } from "../domain/fault.ts";
import { inFileOrder } from "../domain/fault-order.ts";
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
import { soundPart } from "./sound-part.ts";
import { Source } from "./source.ts";
import { readTask } from "./tasks.ts";
import { writtenNames } from "./written-names.ts";

const LARGEST_BYTES = 5_000_000;

/** A suite; or every fault of its file in the order of the lines, and what is left of it. */
export type SuiteReading =
  | { readonly ok: true; readonly value: Suite }
  | {
      readonly ok: false;
      readonly faults: readonly Fault[];
      /** Its sound part, for its datasets to be checked all the same: it is never run. */
      readonly sound: Suite | undefined;
    };

/** Parses a suite file: every fault at once, each with its place. `file` is absolute. */
export function parseSuite(bytes: Uint8Array, file: string, shelves: Shelves): SuiteReading {
  const text = decode(bytes);
  const source = new Source(file, text ?? "");
  const start = source.place([0, 0]);
  if (text === undefined)
    source.fault(CODES.encoding, "the suite is not valid UTF-8", start, {
      hint: `Convert it: iconv -f ${isUtf16(bytes) ? "utf-16" : "latin1"} -t utf-8`,
    });
  else if (bytes.length > LARGEST_BYTES)
    source.fault(CODES.tooLarge, "a suite holds at most 5 MB", start, { hint: "Cases belong in a dataset." });
  else if (readYaml(source)) refuseSecrets(source, source.data, []);
  const raw = source.data === null ? undefined : wellShaped(source, shelves);
  const read = raw && assemble(source, raw, bytes, shelves);
  return source.faults.length === 0 && read !== undefined
    ? { ok: true, value: read.suite }
    : { ok: false, faults: inFileOrder(source.faults, []), sound: read?.sound };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** By its byte order mark. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** The suite as it is written, without what has the wrong shape, which is told. */
function wellShaped(source: Source, shelves: Shelves): RawSuite | undefined {
  const schema = suiteSchema(shelves);
  const parsed = schema.safeParse(source.data);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  reportIssues(source, issues, shelves);
  const rest = schema.safeParse(soundPart(source, issues));
  return rest.success ? rest.data : undefined;
}

interface Assembled {
  readonly suite: Suite;
  /** What is spoilt left out. */
  readonly sound: Suite;
}

function assemble(source: Source, raw: RawSuite, bytes: Uint8Array, shelves: Shelves): Assembled {
  const models = Object.keys(raw.models).flatMap((name) => readModel(source, name, raw, shelves) ?? []);
  const judges = readJudges(source, raw, shelves);
  const read = Object.entries(raw.tasks).map(([name, task]) => readTask(source, name, task, shelves));
  const tasks = read.map(({ task }) => task);
  checkJudges(source, raw, shelves);
  refuseEmbedders(source, raw);
  checkSpeakers(source, models, tasks);
  if (writtenNames(source, "models")?.length === 0)
    source.fault(CODES.missingKey, "the suite has no model", source.keyPlace(["models"]));
  if (writtenNames(source, "tasks")?.length === 0)
    source.fault(CODES.noTask, "the suite has no task", source.keyPlace(["tasks"]));
  const suite: Suite = {
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
  return {
    suite,
    sound: soundSuite(
      source,
      suite,
      read.flatMap(({ sound }) => sound ?? []),
    ),
  };
}

/** Models are only looked at further where all of them, and what they share, can be read. */
function soundSuite(source: Source, suite: Suite, tasks: Suite["tasks"]): Suite {
  const areKnown = !["models", "judges", "settings"].some((part) => source.isTouched([part]));
  return areKnown ? { ...suite, tasks } : { ...suite, tasks, models: [], judges: [] };
}
