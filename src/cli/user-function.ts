import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { moduleThread } from "../backends/module-thread.ts";
import { Refusal } from "../domain/ports.ts";
import type { UserFunction } from "../workflows/user-function.ts";
import { systemClock } from "./system-clock.ts";

/** A function of the user's, in a thread of its own. Throws a `Refusal` where its file is not there. */
export async function openUserFunction(
  { path, name }: { readonly path: string; readonly name: string },
  directory: string,
  timeoutMs: number,
): Promise<UserFunction> {
  const file = resolve(directory, path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new Refusal("E2013", `There is no module ${path}.`, `Looked for ${file}.`);
  const thread = moduleThread(file, name, systemClock);
  return {
    check: async () => {
      const problem = await thread.check();
      return problem === undefined ? undefined : `${path}: ${problem}`;
    },
    open: (argument, signal) => {
      const session = thread.open(argument, timeoutMs, signal);
      return {
        next: async (replies) => {
          const startedAt = systemClock.now();
          const turn = await session.next(replies);
          if (turn.kind !== "asks" && turn.kind !== "returned") return turn;
          return { ...turn, ownMs: systemClock.now() - startedAt };
        },
        end: () => session.end(),
      };
    },
    close: () => thread.stop(),
  };
}
