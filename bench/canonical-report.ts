import { z } from "zod";

/** What was measured by the clock differs between any two runs. */
const MEASURED_KEY = /^(?:latency|firstToken|tokensPerSecond|timedLate|times$)/;
const measured = z.object({
  metric: z.enum(["latency_p50", "latency_p95", "ttft_p50", "tokens_per_second"]),
});
const late = z.object({ code: z.literal("timed-late") });

/** A report as JSON, but for the run's id and what the clock measured. */
export function canonicalReport(text: string): string {
  const canonical = (key: string, value: unknown) => {
    if (MEASURED_KEY.test(key) || measured.safeParse(value).success) return null;
    return Array.isArray(value) ? value.filter((item) => !late.safeParse(item).success) : value;
  };
  return JSON.stringify(JSON.parse(text, canonical)).replaceAll(/\d{8}-\d{6}-[a-z2-7]{4}/g, "ID");
}
