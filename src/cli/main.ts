#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { COMMANDS } from "./commands.ts";
import { keepCompiledCode } from "./compiled-code.ts";
import { EXIT } from "./exit-code.ts";
import { bugText, REPORT_BUG } from "./failure.ts";
import { processIo } from "./io.ts";
import { evals } from "./program.ts";

// What is read of a large run is garbage at once: let it be collected when it has doubled what lives, not quadrupled it.
setFlagsFromString("--heap-growing-percent=100");

const io = processIo(process);

// A reader that closed its end (`evals list | head`) is no fault of the run: what is left to say goes unsaid.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

// A bug is exit 5: Node's own code for an exception that nobody caught, 1, is a gate's word for unsafe.
process.on("uncaughtException", (error) => {
  io.err(`error[E5000]: ${bugText(error, io.variables)}\n  ${REPORT_BUG}\n`);
  process.exit(EXIT.bug);
});

const argv = process.argv.slice(2);
// The help needs nothing that is worth keeping.
if (COMMANDS.some(({ name }) => name === argv[0])) keepCompiledCode(io.variables);
process.exitCode = await evals(argv, io);
