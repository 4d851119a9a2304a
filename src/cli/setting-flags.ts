import type { Suite } from "../domain/suite.ts";
import type { Flag, FlagValues } from "./command.ts";
import { countFlag } from "./flag-values.ts";

/** The flags that stand in for settings of every model of a suite. */
export const SETTING_FLAGS: { readonly [flag: string]: Flag } = {
  repeats: { type: "string", value: "N", help: "Ask each case N times" },
  concurrency: { type: "string", value: "N", help: "Calls in flight over all models" },
};

/** A suite with the settings that the flags give. */
export function withOverrides(suite: Suite, flags: FlagValues): Suite {
  const repeats = countFlag(flags, "repeats", 1);
  const concurrency = countFlag(flags, "concurrency", 1);
  const models = suite.models.map((model) => ({
    ...model,
    settings: {
      ...model.settings,
      repeats: repeats ?? model.settings.repeats,
      concurrency: concurrency ?? model.settings.concurrency,
    },
  }));
  return { ...suite, models, concurrency: concurrency ?? suite.concurrency };
}
