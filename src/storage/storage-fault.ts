import { Refusal } from "../domain/ports.ts";

interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const NO_RIGHTS: Explanation = {
  code: "E3001",
  what: "cannot be written",
  hint: "Give this user the right to write there, or choose another folder.",
};
const NO_SPACE: Explanation = {
  code: "E3002",
  what: "cannot be saved: no space is left",
  hint: "Free some space. What was saved before is kept.",
};
const NO_HANDLES: Explanation = {
  code: "E3003",
  what: "cannot be opened: too many files are open",
  hint: "Raise the limit (ulimit -n) or lower the concurrency.",
};

/** The code of the `Refusal` for a file that is not there. */
export const NO_SUCH_FILE = "E3004";
const NO_FILE: Explanation = {
  code: NO_SUCH_FILE,
  what: "does not exist",
  hint: "Check the path; evals list shows the runs that are there.",
};
const NOT_A_PLACE: Explanation = {
  code: "E3005",
  what: "is not what it should be: a file stands where a folder should, or a folder where a file should",
  hint: "Move what is in the way, or choose another folder.",
};
const DEVICE: Explanation = {
  code: "E3006",
  what: "cannot be read or written: the device reports an error",
  hint: "Check the disk. What was saved before is kept.",
};

const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  ["EACCES", NO_RIGHTS],
  ["EPERM", NO_RIGHTS],
  ["EROFS", NO_RIGHTS],
  ["ENOSPC", NO_SPACE],
  ["EDQUOT", NO_SPACE],
  ["EFBIG", NO_SPACE],
  ["EMFILE", NO_HANDLES],
  ["ENFILE", NO_HANDLES],
  ["ENOENT", NO_FILE],
  ["ENOTDIR", NOT_A_PLACE],
  ["EEXIST", NOT_A_PLACE],
  ["EISDIR", NOT_A_PLACE],
  ["EIO", DEVICE],
]);

/** The system's code of an error (`ENOSPC`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** A fault of the file system as a `Refusal` that names the path; anything else comes back as it is: a bug. */
export function storageFault(error: unknown, path: string): unknown {
  const code = errorCode(error);
  const explanation = code === undefined ? undefined : EXPLANATIONS.get(code);
  if (explanation === undefined || code === undefined) return error;
  return new Refusal(explanation.code, `${path} ${explanation.what} (${code})`, explanation.hint);
}

/** Does some work on `path`; what the file system refuses is thrown as a `Refusal`. */
export async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFault(error, path);
  }
}
