import type { Command } from "./command.ts";

/** A command that is not loaded yet: `evals --help` reads only this. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "Run a suite on all its models and print the result table",
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "compare",
    summary: "Compare models within a run, or two runs, on the same cases",
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  {
    name: "gate",
    summary: "The verdict on every candidate, as an exit code for CI",
    load: async () => (await import("./commands/gate.ts")).gate,
  },
  {
    name: "resume",
    summary: "Finish an interrupted run; no answered call is repeated",
    load: async () => (await import("./commands/resume.ts")).resume,
  },
  {
    name: "repair",
    summary: "Drop the damaged records of a run's journal, so that resume asks them again",
    load: async () => (await import("./commands/repair.ts")).repair,
  },
  {
    name: "merge",
    summary: "Make one run of the shards of run --shard; no call is made",
    load: async () => (await import("./commands/merge.ts")).merge,
  },
  {
    name: "report",
    summary: "A stored run as text, HTML, Markdown, JUnit XML, badge, JSON or CSV",
    load: async () => (await import("./commands/report.ts")).report,
  },
  {
    name: "calibrate",
    summary: "How far a judge agrees with people, and a comparison corrected by their labels",
    load: async () => (await import("./commands/calibrate.ts")).calibrate,
  },
  {
    name: "plan",
    summary: "What a run would cost and take, and what its gate could decide",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "view",
    summary: "A stored run as a page with charts and every answer, in the browser",
    load: async () => (await import("./commands/view.ts")).view,
  },
  {
    name: "init",
    summary: "Write a starter suite and dataset that run at once",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "import",
    summary: "Make a suite of another tool's files; what cannot be carried over is told",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  {
    name: "validate",
    summary: "Check a suite and its datasets; nothing is sent",
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  {
    name: "list",
    summary: "List past runs",
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "trend",
    summary: "Score, cost and latency of each model over past runs of a suite",
    load: async () => (await import("./commands/trend.ts")).trend,
  },
  {
    name: "cache",
    summary: "Look at, check or cut down the answer cache",
    load: async () => (await import("./commands/cache.ts")).cache,
  },
  {
    name: "doctor",
    summary: "What this machine has: keys by name, hosts, pulled models, disk",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "explain",
    summary: "What a code such as E1203 means, why evals stops there and what to do",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
];
