import type { z } from "zod";
import type { BackendDefinition } from "../domain/ports.ts";

/** A backend on the shelf: light to import; its SDK is imported by `connect`. */
export interface BackendItem extends BackendDefinition {
  /** Its own keys of a model in a suite: snake_case, each with a description. */
  readonly options: z.ZodObject;
}

/** Makes a backend for the shelf. */
export function defineBackend<const Item extends BackendItem>(item: Item): Item {
  return item;
}
