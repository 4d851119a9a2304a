/** What a link to a case says. */
export interface Address {
  readonly task: string;
  readonly id: string;
  readonly baseline: string | undefined;
  readonly candidate: string | undefined;
  readonly repeat: number;
}

/** The part of the page's address after `#`. */
export function hashOf({ task, id, baseline, candidate, repeat }: Address): string {
  const words = new URLSearchParams({ task, case: id });
  if (baseline !== undefined) words.set("baseline", baseline);
  if (candidate !== undefined) words.set("candidate", candidate);
  if (repeat > 0) words.set("repeat", String(repeat + 1));
  return `#${words}`;
}

/** Reads it back; `undefined` where it names no case. */
export function addressOf(hash: string): Address | undefined {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const [task, id] = [words.get("task"), words.get("case")];
  if (task === null || id === null) return undefined;
  const repeat = Number(words.get("repeat") ?? "1") - 1;
  return {
    task,
    id,
    baseline: words.get("baseline") ?? undefined,
    candidate: words.get("candidate") ?? undefined,
    repeat: Number.isSafeInteger(repeat) && repeat > 0 ? repeat : 0,
  };
}
