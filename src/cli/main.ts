#!/usr/bin/env node
import { processIo } from "./io.ts";
import { evals } from "./program.ts";

// A reader that closed its end (`evals list | head`) is no fault of the run: what is left to say goes unsaid.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await evals(process.argv.slice(2), processIo(process));
