export { type RunOptions, runSuite, type SuiteRun, type SwapVerdict } from "./cli/run-suite.ts";
export { type MeanInput, meanEstimate, type Range } from "./statistics/case-means.ts";
export type { Estimate } from "./statistics/interval.ts";
export {
  type PairedComparison,
  type PairedInput,
  type PairedWarning,
  pairedComparison,
} from "./statistics/paired-comparison.ts";
