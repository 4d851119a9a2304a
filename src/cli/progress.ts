import type { OutcomeKind } from "../domain/outcome.ts";
import type { Io } from "./io.ts";
import { safe } from "./safe-text.ts";

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
      io.err(`${safe(text)}\n`);
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
  const text = `${safe(name)}  ${String(model.done).padStart(String(planned).length)}/${planned}  ${rate.toFixed(rate < 10 ? 1 : 0)} calls/s  ${cost(model)}${failed}${left}`;
  return fitting(text, columns - 1);
}

/** As much of a line as takes no more than that many columns: one that wraps could not be drawn over. */
function fitting(text: string, columns: number): string {
  let [taken, room] = ["", columns];
  for (const character of text) {
    // East Asian characters and emoji take two.
    room -=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
    if (room < 0) break;
    taken += character;
  }
  return taken;
}

function heartbeat(
  models: ReadonlyMap<string, ModelProgress>,
  planned: ReadonlyMap<string, number>,
  elapsedMs: number,
): string {
  const parts = [...models].map(
    ([name, model]) => `${safe(name)} ${model.done}/${planned.get(name) ?? 0} ${cost(model)}`,
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
