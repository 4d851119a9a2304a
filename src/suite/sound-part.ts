import type { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import { pathOf } from "./issues.ts";
import type { Path, Source } from "./source.ts";

type Editable = string | number | boolean | null | Editable[] | { [key: string]: Editable };

/** What stands in for a part that has the wrong shape; `undefined` leaves it out. Nothing that stands in is looked at. */
interface StandIn {
  /** `*` is any one step. */
  readonly at: Path;
  readonly by: Editable | undefined;
}

const RULE = { metric: "score", margin: 1 };

/** The last one that fits the beginning of a path counts. */
const STAND_INS: readonly StandIn[] = [
  { at: ["*"], by: undefined },
  { at: ["name"], by: "-" },
  { at: ["models"], by: {} },
  { at: ["models", "*"], by: undefined },
  { at: ["judges", "*"], by: undefined },
  { at: ["settings", "*"], by: undefined },
  { at: ["tasks"], by: {} },
  { at: ["tasks", "*"], by: undefined },
  { at: ["tasks", "*", "*"], by: undefined },
  { at: ["tasks", "*", "dataset"], by: "-" },
  { at: ["tasks", "*", "prompt"], by: "-" },
  { at: ["tasks", "*", "scorers"], by: ["-"] },
  { at: ["tasks", "*", "scorers", "*"], by: "-" },
  { at: ["gate", "*"], by: undefined },
  { at: ["gate", "baseline"], by: "-" },
  { at: ["gate", "require"], by: [RULE] },
  { at: ["gate", "require", "*"], by: RULE },
];

/**
 * The data of a suite with a stand-in for everything of the wrong shape, which is spoilt from here on: the rest can be
 * checked further. A list keeps its length, so that every path stays what it was.
 */
export function soundPart(source: Source, issues: readonly z.core.$ZodIssue[]): JsonValue {
  const sound: Editable = JSON.parse(JSON.stringify(source.data));
  for (const path of [...source.spoiltPaths, ...issues.flatMap(pathsOf)]) {
    const standIn = STAND_INS.findLast(({ at }) => isWithin(path, at));
    if (standIn === undefined) continue;
    const at = path.slice(0, standIn.at.length);
    source.spoil(at);
    replace(sound, at, standIn.by);
  }
  return sound;
}

/** A key that nobody knows is a part of its own. */
function pathsOf(issue: z.core.$ZodIssue): readonly Path[] {
  const path = pathOf(issue);
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
}

function isWithin(path: Path, pattern: Path): boolean {
  return pattern.length <= path.length && pattern.every((step, at) => step === "*" || step === path[at]);
}

function replace(data: Editable, path: Path, by: Editable | undefined): void {
  let owner = data;
  for (const step of path.slice(0, -1)) {
    if (Array.isArray(owner)) owner = owner[Number(step)] ?? null;
    else if (typeof owner === "object" && owner !== null) owner = owner[step] ?? null;
  }
  const last = path.at(-1);
  if (last === undefined || typeof owner !== "object" || owner === null) return;
  if (Array.isArray(owner)) owner[Number(last)] = by ?? null;
  else if (by === undefined) Reflect.deleteProperty(owner, last);
  else owner[last] = structuredClone(by);
}
