import type { Importer } from "./importer.ts";
import { promptfoo } from "./promptfoo/promptfoo.ts";
import { inspect } from "./recorded/inspect.ts";
import { lmEval } from "./recorded/lm-eval.ts";
import { openaiEvals } from "./recorded/openai-evals.ts";

/** Every format that is read, in the order in which a file is tried. */
export const importers: readonly Importer[] = [inspect, openaiEvals, lmEval, promptfoo];
