import { canaryFault } from "../comparison/judge-trust.ts";
import type { Manifest, ManifestJudge } from "../domain/run.ts";

/** What the judges of a run did, a line each. */
export function judgeLines({ judges }: Pick<Manifest, "judges">): readonly string[] {
  return judges.map((judge) => {
    const { name, calls, cached, failed, costUsd } = judge;
    const cost = costUsd === null ? "cost unknown" : `$${Number(costUsd.toPrecision(2))}`;
    const parts = [
      `judge ${name}: ${calls} ${calls === 1 ? "call" : "calls"}${cached > 0 ? ` (${cached} from the cache)` : ""}, ${cost}`,
      failed > 0 ? `${failed} failed` : "",
      canaryFault(judge) ?? passed(judge),
    ];
    return parts.filter(Boolean).join("; ");
  });
}

function passed({ canaries, embeds }: ManifestJudge): string {
  if (embeds === true) return "embeddings only";
  return `it saw through all ${canaries.length} canaries`;
}
