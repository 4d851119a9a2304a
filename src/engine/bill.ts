import type { Price } from "../domain/model.ts";
import type { Outcome } from "../domain/outcome.ts";
import { chargedUsd } from "./budget.ts";

/** What the calls of one attempt at a sample cost, as they are made. */
export interface Bill {
  /** A call is sent to a model; what comes back says what it cost. */
  open(model: string): (outcome: Outcome) => void;
  /** So far; a call that has not come back counts with the most that it could cost. */
  total(): { readonly usd: number; readonly calls: number };
}

/** An empty bill. `mostUsd` is that of one call. */
export function startBill(mostUsd: number, priceOf: (model: string) => Price | undefined): Bill {
  let usd = 0;
  let calls = 0;
  let open = 0;
  return {
    open: (model) => {
      calls += 1;
      open += 1;
      return (outcome) => {
        open -= 1;
        usd += chargedUsd(outcome, mostUsd, priceOf(model));
      };
    },
    total: () => ({ usd: usd + open * mostUsd, calls }),
  };
}
