import { join, relative, resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { nearest } from "../../domain/nearest.ts";
import { cacheFacts, checkCache } from "../../storage/cache/inspect.ts";
import { pruneCache } from "../../storage/cache/prune.ts";
import { type Command, type Invocation, UsageError } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { durationFlag, isSet, sizeFlag, textFlag } from "../flag-values.ts";
import { CACHE, OUT_FLAG, RESULTS } from "../results-folder.ts";
import { safe } from "../safe-text.ts";
import { systemClock } from "../system-clock.ts";

/** `evals cache`: what the answer cache holds, whether it can be believed, and less of it. */
export const cache: Command = {
  name: "cache",
  arguments: "stats|prune|verify",
  positionals: { min: 1, max: 1 },
  summary: "Look at, check or cut down the answer cache",
  flags: {
    "older-than": { type: "string", value: "AGE", help: "prune: remove what is older (30d, 12h, 90m)" },
    "max-size": {
      type: "string",
      value: "SIZE",
      help: "prune: remove the oldest until it fits (2GB, 500MB)",
    },
    spoilt: { type: "boolean", help: "prune: remove entries that verify does not believe" },
    out: OUT_FLAG,
  },
  examples: ["evals cache stats", "evals cache prune --older-than 30d --max-size 2GB", "evals cache verify"],
  run: cacheCommand,
};

interface Asked {
  readonly directory: string;
  readonly json: boolean;
  readonly invocation: Invocation;
}

const ACTIONS: { readonly [name: string]: (asked: Asked) => Promise<ExitCode> } = { stats, prune, verify };

function cacheCommand(invocation: Invocation): Promise<ExitCode> {
  const { positionals, flags, io } = invocation;
  const [name = ""] = positionals;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const near = nearest(name, Object.keys(ACTIONS));
    const hint = near === undefined ? "There are stats, prune and verify." : `Did you mean "${near}"?`;
    throw new UsageError(`evals cache cannot "${name}"`, hint);
  }
  const given = ["older-than", "max-size", "spoilt"].filter((flag) => flags[flag] !== undefined);
  if (name !== "prune" && given.length > 0)
    throw new UsageError(`--${given[0]} belongs to evals cache prune, not to evals cache ${name}`);
  const directory = join(resolve(io.cwd, textFlag(flags, "out") ?? RESULTS), CACHE);
  return action({ directory, json: isSet(flags, "json"), invocation });
}

async function stats({ directory, json, invocation: { io } }: Asked): Promise<ExitCode> {
  const { entries, bytes, leftovers, oldest, newest } = cacheFacts(directory);
  const [from, to] = [oldest, newest].map((at) => (at === undefined ? null : new Date(at).toISOString()));
  if (json) {
    const found = { entries, bytes, leftovers, oldest: from, newest: to };
    io.out(`${JSON.stringify({ schema: 1, command: "cache", action: "stats", directory, ...found })}\n`);
    return EXIT.ok;
  }
  const when = entries === 0 ? "" : `, ${span(from?.slice(0, 10), to?.slice(0, 10))}`;
  io.out(`${counted(entries, "answer")}, ${size(bytes)}${when}\n`);
  if (leftovers > 0) io.out(`${leftovers} files that killed processes left\n`);
  return EXIT.ok;
}

/** A write takes milliseconds: what is left of one after an hour is of a process that is gone. */
const LEFTOVER_MS = 3_600_000;

async function prune({ directory, json, invocation: { flags, io } }: Asked): Promise<ExitCode> {
  const olderThan = durationFlag(flags, "older-than");
  const maxBytes = sizeFlag(flags, "max-size");
  const spoilt = isSet(flags, "spoilt");
  if (olderThan === undefined && maxBytes === undefined && !spoilt)
    throw new UsageError(
      "evals cache prune: prune what?",
      "Say --older-than 30d, --max-size 2GB or --spoilt.",
    );
  const now = systemClock.wall();
  const before = olderThan === undefined ? undefined : now - olderThan;
  const limits = { before, maxBytes, spoilt, at: now, leftoversBefore: now - LEFTOVER_MS };
  const done = await pruneCache(directory, limits);
  if (json)
    io.out(`${JSON.stringify({ schema: 1, command: "cache", action: "prune", directory, ...done })}\n`);
  else {
    io.out(`${counted(done.removed, "answer")} removed (${size(done.removedBytes)}), `);
    io.out(`${done.kept} kept (${size(done.keptBytes)})\n`);
    if (done.leftovers > 0) io.out(`${done.leftovers} files that killed processes left are gone\n`);
    if (done.inUse > 0) io.out(`left alone, as runs write to them now: ${counted(done.inUse, "file")}\n`);
  }
  return EXIT.ok;
}

function span(from: string | undefined, to: string | undefined): string {
  return from === to ? `written on ${from}` : `written from ${from} to ${to}`;
}

const MOST_SHOWN = 20;

async function verify({ directory, json, invocation: { io } }: Asked): Promise<ExitCode> {
  const { entries, spoilt } = await checkCache(directory);
  if (json)
    io.out(
      `${JSON.stringify({ schema: 1, command: "cache", action: "verify", directory, entries, spoilt })}\n`,
    );
  else if (entries === 0) io.out("there are no answers\n");
  else if (spoilt.length === 0) io.out(`all ${counted(entries, "answer")} can be believed\n`);
  else {
    io.out(`${spoilt.length} of ${entries} answers cannot be believed; no run uses them\n`);
    for (const { path, line, why } of spoilt.slice(0, MOST_SHOWN))
      io.out(`  ${safe(relative(io.cwd, path))}${line === undefined ? "" : `:${line}`}: ${safe(why)}\n`);
    if (spoilt.length > MOST_SHOWN) io.out(`  and ${spoilt.length - MOST_SHOWN} more\n`);
    io.err("remove them: evals cache prune --spoilt\n");
  }
  return spoilt.length === 0 ? EXIT.ok : EXIT.environment;
}

const UNITS = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
] as const;

function size(bytes: number): string {
  const [unit, factor] = UNITS.find(([, least]) => bytes >= least) ?? ["bytes", 1];
  return `${factor === 1 ? bytes : (bytes / factor).toFixed(1)} ${unit}`;
}
