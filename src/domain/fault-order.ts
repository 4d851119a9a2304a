import type { Fault } from "./fault.ts";

/** Each fault once, file by file in the order of `files` (then as they were found), each file from its first line on. */
export function inFileOrder(faults: readonly Fault[], files: readonly string[]): readonly Fault[] {
  const once = new Map(
    faults.map((fault) => [JSON.stringify([fault.code, fault.message, fault.place]), fault]),
  );
  const all = [...new Set([...files, ...faults.map(({ place }) => place?.file)])];
  return all.flatMap((file) => [...once.values()].filter(({ place }) => place?.file === file).sort(byPlace));
}

function byPlace({ place: a }: Fault, { place: b }: Fault): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
