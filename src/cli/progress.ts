import type { OutcomeKind } from "../domain/outcome.ts";
import type { Io } from "./io.ts";

/** What one sample adds to the progress of its model. */
export interface ProgressSample {
  readonly target: string;
  readonly outcome: OutcomeKind;
  /** `null` is unknown. */
  readonly costUsd: number | null;
}

interface ModelProgress {
  done: number;
  failed: number;
  costUsd: number;
  costUnknown: boolean;
}

/** A live view of a run: redrawn in place on a terminal, a line every 30 s elsewhere. */
export interface Progress {
  sample(sample: ProgressSample): void;
  /** A line that stays: a wait, a pause, a notice. */
  notice(text: string): void;
  /** Clears the live lines and stops the timer. */
  stop(): void;
}

const REDRAW_MS = 100;
const HEARTBEAT_MS = 30_000;

/** Starts the view. `planned` is the number of samples per model; `now` is monotonic, ms. */
export function startProgress(planned: ReadonlyMap<string, number>, io: Io, now: () => number): Progress {
  const startedAt = now();
  const models = new Map<string, ModelProgress>();
  for (const name of planned.keys()) models.set(name, { done: 0, failed: 0, costUsd: 0, costUnknown: false });
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) io.err(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    const width = Math.max(...[...models.keys()].map((name) => name.length));
    const lines = [...models].map(([name, model]) =>
      progressLine(name.padEnd(width), model, planned.get(name) ?? 0, now() - startedAt, io.columns),
    );
    erase();
    io.err(`${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const beat = () => io.err(`${heartbeat(models, planned, now() - startedAt)}\n`);
  const timer = setInterval(io.isTty ? draw : beat, io.isTty ? REDRAW_MS : HEARTBEAT_MS);
  timer.unref();
  return {
    sample: ({ target, outcome, costUsd }) => {
      const model = models.get(target);
      if (model === undefined) return;
      model.done += 1;
      if (outcome === "failed") model.failed += 1;
      if (costUsd === null) model.costUnknown = true;
      else model.costUsd += costUsd;
    },
    notice: (text) => {
      erase();
      io.err(`${text}\n`);
    },
    stop: () => {
      clearInterval(timer);
      erase();
    },
  };
}

function progressLine(
  name: string,
  model: ModelProgress,
  planned: number,
  elapsedMs: number,
  columns: number,
): string {
  const rate = model.done / Math.max(elapsedMs / 1000, 1e-3);
  const left = rate > 0 && model.done < planned ? `, ${seconds((planned - model.done) / rate)} left` : "";
  const failed = model.failed > 0 ? `, ${model.failed} failed` : "";
  const text = `${name}  ${String(model.done).padStart(String(planned).length)}/${planned}  ${rate.toFixed(rate < 10 ? 1 : 0)} calls/s  ${cost(model)}${failed}${left}`;
  return text.slice(0, columns - 1);
}

function heartbeat(
  models: ReadonlyMap<string, ModelProgress>,
  planned: ReadonlyMap<string, number>,
  elapsedMs: number,
): string {
  const parts = [...models].map(
    ([name, model]) => `${name} ${model.done}/${planned.get(name) ?? 0} ${cost(model)}`,
  );
  return `${seconds(elapsedMs / 1000)}: ${parts.join(", ")}`;
}

function cost(model: ModelProgress): string {
  return model.costUnknown ? "cost unknown" : `$${model.costUsd.toFixed(model.costUsd < 1 ? 4 : 2)}`;
}

/** `75` → `1 min 15 s`. */
export function seconds(value: number): string {
  const whole = Math.ceil(value);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
