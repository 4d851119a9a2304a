import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Answer } from "../domain/outcome.ts";
import { makeFolders } from "./make-folders.ts";
import { replaceFile } from "./manifest.ts";
import { answerSchema } from "./sample-record.ts";
import { sealed, unsealed } from "./seal.ts";
import { errorCode, guarded, storageFault } from "./storage-fault.ts";

/** Complete answers by request key, shared by runs. Only outcomes of kind `answered` belong here. */
export interface AnswerCache {
  get(key: string): Promise<Answer | undefined>;
  put(key: string, answer: Answer): Promise<void>;
}

const entrySchema = z.object({ schema: z.literal(1), key: z.string(), answer: answerSchema });
const KEY = /^[0-9a-f]{16,}$/;

/** A cache in `directory`: one file an answer, in 256 folders. An entry that cannot be believed is a miss. */
export function answerCache(directory: string): AnswerCache {
  const fileOf = (key: string) => {
    if (!KEY.test(key)) throw new Error(`not a request key: ${key}`);
    return join(directory, key.slice(0, 2), `${key.slice(2)}.json`);
  };
  return {
    get: async (key) => {
      const file = fileOf(key);
      try {
        // In the background each of its four steps waits for a thread, which takes ten times as long as the steps.
        const entry = decodeEntry(readFileSync(file, "utf8"), key);
        return typeof entry === "string" ? undefined : entry;
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined;
        throw storageFault(error, file);
      }
    },
    put: async (key, answer) => {
      const file = fileOf(key);
      await guarded(file, () => makeFolders(dirname(file)));
      await replaceFile(file, `${sealed(JSON.stringify({ schema: 1, key, answer }))}\n`, { sync: false });
    },
  };
}

/** The answer of an entry, or why it cannot be believed. */
export function decodeEntry(text: string, key: string): Answer | string {
  const opened = unsealed(text.trimEnd());
  if ("why" in opened) return opened.why;
  const entry = entrySchema.safeParse(JSON.parse(opened.body));
  if (!entry.success) return `it is not an answer: ${z.prettifyError(entry.error)}`;
  return entry.data.key === key ? entry.data.answer : "it is the answer to another request";
}
