import { isMap, isScalar, isSeq, type Scalar, visit, type YAMLMap } from "yaml";
import type { RecordFault } from "./record.ts";

/** UTF-16 offsets into the text, the end exclusive, as the parser has them. */
export type Range = readonly number[] | null | undefined;

/** A fault at a range of the text. */
export type At = (
  range: Range,
  fault: Pick<RecordFault, "code" | "message" | "hint" | "label">,
) => RecordFault;

/** What the reader would change or drop in silence. */
export function silentChanges(contents: unknown, at: At): readonly RecordFault[] {
  const faults: RecordFault[] = [];
  if (!isSeq(contents) && !isMap(contents)) return faults;
  visit(contents, {
    Map: (_, node) => {
      faults.push(...repeatedKeys(node, at));
    },
    Scalar: (_, node) => {
      const fault = changedValue(node, at);
      if (fault !== undefined) faults.push(fault);
    },
  });
  return faults;
}

/** Keys that stand twice in one map. */
function repeatedKeys({ items }: YAMLMap, at: At): readonly RecordFault[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return at(key.range, {
      code: "E1319",
      message: `the key "${name}" stands twice in one object`,
      hint: "Only one of the two values could be used: delete one.",
    });
  });
}

/** A number whose text YAML would not give back: `1.10`, `0x1F`, `1_000` lose what the author wrote. */
function changedValue({ value, source, range }: Scalar, at: At): RecordFault | undefined {
  if (typeof value !== "number" || source === undefined || source === String(value)) return undefined;
  return at(range, {
    code: "E1304",
    message: "value would change when read",
    label: `YAML reads this as the number ${value}`,
    hint: `Put it in quotes: "${source}".`,
  });
}
