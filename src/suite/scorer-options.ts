import type { JsonObject } from "../domain/json.ts";
import { nearest } from "../domain/nearest.ts";
import { CODES } from "./codes.ts";
import { didYouMean } from "./read-yaml.ts";
import { found, lastStep, typeWords } from "./shape-words.ts";
import type { OptionIssue, ScorerShelfItem } from "./shelves.ts";
import type { Path, Source } from "./source.ts";
import { valueAt } from "./value-at.ts";

/** Reports what a scorer does not take, its templates unrendered. `path` is that of its options. */
export function reportOptions(
  source: Source,
  path: Path,
  options: JsonObject,
  scorer: ScorerShelfItem,
): void {
  const known = [...scorer.optionNames, "name", "weight", "turns"];
  const issues = scorer.checkOptions(options);
  const misspelt = issues.flatMap(({ unknownKeys }) => unknownKeys.map((key) => nearest(key, known)));
  for (const issue of issues) {
    const at = [...path, ...issue.path];
    if (source.isSpoilt(at)) continue;
    for (const key of issue.unknownKeys) {
      source.fault(CODES.scorerOptions, `unknown option "${key}"`, source.keyPlace([...at, key]), {
        label: didYouMean(key, known),
        hint: `Options: ${known.join(", ")}.`,
      });
    }
    if (issue.unknownKeys.length > 0) continue;
    const isMissing = issue.path.length > 0 && valueAt(options, issue.path) === undefined;
    if (isMissing && misspelt.includes(String(issue.path.at(-1)))) continue;
    const place = source.valuePlace(at);
    // Of a value that fits no form each form would have its say.
    if (!isMissing && source.hasFault(place)) continue;
    source.fault(CODES.scorerOptions, messageOf(issue, options, scorer.name), place, {
      hint: isMissing ? `Options: ${known.join(", ")}.` : undefined,
    });
  }
}

const TYPE_MISMATCH = /^Invalid input: expected (\w+), received \w+$/;
const TOO_SHORT = /^Too small: expected (?:array|string) to have >=(\d+ (?:items|characters))$/;

function messageOf({ path, message }: OptionIssue, options: JsonObject, scorer: string): string {
  const given = valueAt(options, path);
  if (path.length > 0 && given === undefined) return `scorer "${scorer}" needs ${lastStep(path)}`;
  const [, expected] = TYPE_MISMATCH.exec(message) ?? [];
  if (path.length > 0 && expected !== undefined)
    return `${lastStep(path)} must be ${typeWords(expected)}, not ${found(given)}`;
  const [, least] = TOO_SHORT.exec(message) ?? [];
  if (path.length > 0 && least !== undefined) return `${lastStep(path)} must have at least ${least}`;
  if (path.length > 0 && message === "Invalid input") return `${lastStep(path)} cannot be ${found(given)}`;
  return `${path.join(".") || "options"}: ${message}`;
}
