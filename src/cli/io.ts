import { pasteable, programName } from "./program-name.ts";
import { safe } from "./safe-text.ts";

/** The console and the environment of one command: the only door to the outside, passed in. */
export interface Io {
  /** Results: tables, or one JSON document. */
  out(text: string): void;
  /** Words for people: progress, notices, faults. */
  err(text: string): void;
  /** What starts this program again. Words for people name commands as `evals …`, and are shown with it. */
  readonly program: string;
  readonly cwd: string;
  readonly variables: { readonly [name: string]: string | undefined };
  /** Both streams are terminals and `TERM` is not `dumb`. */
  readonly isTty: boolean;
  readonly color: boolean;
  readonly columns: number;
}

/** Builds the door from a process. `NO_COLOR`, `TERM=dumb` and CI are honoured. */
export function processIo(process: NodeJS.Process): Io {
  const { env, stdout, stderr } = process;
  const dumb = env["TERM"] === "dumb" || env["CI"] !== undefined;
  const isTty = Boolean(stdout.isTTY && stderr.isTTY) && !dumb;
  const program = programName({ variables: env, script: process.argv[1] ?? "", cwd: process.cwd() });
  const words = (text: string) => pasteable(text, program);
  return {
    out: (text) => stdout.write(text),
    // What is no terminal gets none of our own controls either: whatever was forgotten elsewhere ends here.
    err: (text) => stderr.write(isTty ? words(text) : safe(words(text))),
    program,
    cwd: process.cwd(),
    variables: env,
    isTty,
    color: isTty && !env["NO_COLOR"],
    get columns() {
      return Math.min(stderr.columns ?? 80, 120);
    },
  };
}
