import { z } from "zod";

const usd = z.number().min(0);

/** The most that a run may spend, as a suite writes it. */
export const budget = z
  .strictObject({
    usd: z.number().positive().optional().describe("USD; needs a price and a max_tokens of every model"),
    calls: z.int().positive().optional().describe("Calls sent, repeated attempts included"),
  })
  .describe("The most that a run may spend: it stops before the call that could go over it");

/** What a model costs, as a suite writes it. */
export const price = z
  .strictObject({
    input: usd.optional().describe("USD per million input tokens"),
    output: usd.optional().describe("USD per million output tokens"),
    cached_read: usd.optional().describe("USD per million tokens read from the provider's cache"),
    cached_write: usd.optional().describe("USD per million tokens written to the provider's cache"),
    per_hour: usd.optional().describe("USD per hour of generation, for your own hardware"),
  })
  .describe("Overrides the price table (below)");
