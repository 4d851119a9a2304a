/** The console and the environment of one command: the only door to the outside, passed in. */
export interface Io {
  /** Results: tables, or one JSON document. */
  out(text: string): void;
  /** Words for people: progress, notices, faults. */
  err(text: string): void;
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
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    cwd: process.cwd(),
    variables: env,
    isTty,
    color: isTty && !env["NO_COLOR"],
    columns: Math.max(40, Math.min(stdout.columns ?? 80, 120)),
  };
}
