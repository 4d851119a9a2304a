import { anthropic } from "./anthropic.ts";
import type { BackendItem } from "./backend.ts";
import { module } from "./module.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { replay } from "./replay.ts";
import { simulated } from "./simulated.ts";

const shelf: readonly BackendItem[] = [openai, anthropic, ollama, replay, module, simulated];

/** Every backend, by name, in the order of the docs. */
export const backends: ReadonlyMap<string, BackendItem> = new Map(shelf.map((item) => [item.name, item]));
