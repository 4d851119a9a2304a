import type { JsonObject } from "../domain/json.ts";

/** Where a function of the user's has come to: it waits for calls, or it is over. `ownMs` is what it took itself. */
export type FunctionTurn =
  | { readonly kind: "asks"; readonly questions: readonly unknown[]; readonly ownMs: number }
  | { readonly kind: "returned"; readonly value: unknown; readonly ownMs: number }
  | { readonly kind: "threw"; readonly message: string }
  | { readonly kind: "timeout" | "lost" | "interrupted" };

/** One call of a function of the user's, which asks models while it runs. End it when it is no longer wanted. */
export interface FunctionSession {
  /** Starts it, or goes on with the replies to the calls that it asked for, in their order. */
  next(replies: readonly JsonObject[]): Promise<FunctionTurn>;
  end(): void;
}

/** A function of the user's, somewhere where it can be stopped. */
export interface UserFunction {
  /** What keeps it from being called, if anything does. */
  check(): Promise<string | undefined>;
  /** Opens a call of it with one argument of plain data, to which `ask` is added. */
  open(argument: JsonObject, signal: AbortSignal): FunctionSession;
  close(): Promise<void>;
}
