import { vote } from "./vote.ts";
import type { Workflow } from "./workflow.ts";

const shelf: readonly Workflow[] = [vote];

/** Every workflow, by name, in the order of the docs. */
export const workflows: ReadonlyMap<string, Workflow> = new Map(shelf.map((item) => [item.name, item]));
