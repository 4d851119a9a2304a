import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The expected answer, or a list of answers that are all accepted; becomes a list of texts. */
export const accepted = z
  .union([scalar, z.array(scalar).min(1)])
  .transform((given) => (Array.isArray(given) ? given : [given]).map(String));
