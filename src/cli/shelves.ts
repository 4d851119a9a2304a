import { backends } from "../backends/registry.ts";
import { checkOptions, optionNames } from "../scorers/options.ts";
import { scorers } from "../scorers/registry.ts";
import type { Shelves } from "../suite/shelves.ts";
import { workflows } from "../workflows/registry.ts";

/** Everything that a suite can name. */
export const shelves: Shelves = {
  backends: [...backends.values()],
  scorers: [...scorers.values()].map(({ name, summary, judges, comparesBaseline, readsLabels }) => ({
    name,
    summary,
    judges,
    comparesBaseline,
    readsLabels,
    optionNames: optionNames(name),
    checkOptions: (options) => checkOptions(name, options),
  })),
  workflows: [...workflows.values()].map(({ name, summary, options, bind }) => ({
    name,
    summary,
    options,
    needs: (given) => bind(given),
  })),
};
