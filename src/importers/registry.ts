import type { Importer } from "./importer.ts";
import { promptfoo } from "./promptfoo/promptfoo.ts";

/** Every format that is read, in the order in which a file is tried. */
export const importers: readonly Importer[] = [promptfoo];
