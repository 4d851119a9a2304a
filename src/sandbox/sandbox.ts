import { availableParallelism } from "node:os";
import type { Sandbox, SqlQuery, SqlResult, Trial, TrialResult } from "../domain/sandbox.ts";
import { createPool, type Pool } from "./pool.ts";
import { type Command, pythonCommand } from "./python-command.ts";
import { pythonSeat } from "./python-seat.ts";
import type { TrialEnd } from "./seat.ts";
import { threadSeat } from "./thread-seat.ts";
import { type Watched, watchJob } from "./watched-job.ts";

const MOST_SEATS = 4;

/** Starts no thread and no process until code is to run; keeps what it has started until it is closed. */
export function createSandbox(seats = Math.min(MOST_SEATS, availableParallelism())): Sandbox {
  const javascript = createPool<Trial, TrialEnd>(() => threadSeat("javascript-thread"), seats);
  const sql = createPool<SqlQuery, SqlResult>(() => threadSeat("sql-thread"), seats);
  let command: Command | undefined;
  const python = createPool<Trial, TrialEnd>(() => {
    command ??= pythonCommand();
    return pythonSeat(command);
  }, seats);
  return {
    test: async (trial, signal) =>
      toResult(await watched(trial.language === "python" ? python : javascript, trial, signal)),
    query: async (query, signal) => {
      const { end } = await watched(sql, query, signal);
      if (end.kind === "ended") return end.result;
      return { kind: end.kind === "unstarted" ? "failed" : "refused", reason: end.reason };
    },
    close: async () => {
      await Promise.all([javascript.close(), python.close(), sql.close()]);
    },
  };
}

/** A seat that is lost before the job begins is no fault of the job's: it gets another one. */
async function watched<Job extends Pick<Trial, "limits">, Result>(
  pool: Pool<Job, Result>,
  job: Job,
  signal: AbortSignal,
): Promise<Watched<Result>> {
  const watch = () => pool.use((seat) => watchJob(seat, { job, timeoutMs: job.limits.timeoutMs, signal }));
  const first = await watch();
  return first.end.kind === "unstarted" && !signal.aborted ? watch() : first;
}

function toResult({ tests, end }: Watched<TrialEnd>): TrialResult {
  if (end.kind === "unstarted") return { kind: "failed", reason: end.reason };
  if (end.kind !== "ended") {
    // Killed: before its tests began, the code did not even load.
    return tests.length > 0 ? { kind: "tested", tests } : { kind: "broken", reason: end.reason };
  }
  if (end.result.kind !== "tested") return end.result;
  return tests.length > 0 ? { kind: "tested", tests } : { kind: "no-tests", reason: "there is no test" };
}
