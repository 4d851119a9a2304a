import { bestOf } from "./best-of.ts";
import { chain } from "./chain.ts";
import { fallback } from "./fallback.ts";
import { module } from "./module.ts";
import { reflect } from "./reflect.ts";
import { tools } from "./tools.ts";
import { vote } from "./vote.ts";
import type { Workflow } from "./workflow.ts";

const shelf: readonly Workflow[] = [vote, bestOf, reflect, chain, fallback, tools, module];

/** Every workflow, by name, in the order of the docs. */
export const workflows: ReadonlyMap<string, Workflow> = new Map(shelf.map((item) => [item.name, item]));
