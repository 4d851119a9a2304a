import type { EarlyStopping } from "../domain/run.ts";
import type { GatePolicy } from "../domain/suite.ts";
import type { Alignment } from "./align.ts";

/** A run that could stop early, read back. */
export interface EarlyRun {
  readonly design: EarlyStopping;
  readonly seed: number;
  /** The gate that the run watched: it made the order, and ended the run. */
  readonly own: GatePolicy;
  /** The baseline against every candidate of that gate. */
  readonly alignments: readonly Alignment[];
}
