import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { openHttpPool } from "../../backends/http-fetch.ts";
import { ollamaUrl } from "../../backends/ollama-host.ts";
import { pulledModels } from "../../backends/ollama-probe.ts";
import { backends } from "../../backends/registry.ts";
import type { Model } from "../../domain/model.ts";
import { SANDBOX_ENGINES } from "../../domain/sandbox.ts";
import type { Suite } from "../../domain/suite.ts";
import { installLine, isInstalled } from "../../sandbox/packages.ts";
import { checkedSuite } from "../checked-suite.ts";
import type { Command, Invocation } from "../command.ts";
import { probeAll } from "../connect.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { faultJson } from "../fault-text.ts";
import { isSet, textFlag } from "../flag-values.ts";
import type { Io } from "../io.ts";
import { connected, judgesOf } from "../judge-needs.ts";
import { checksOf, OUT_FLAG, RESULTS } from "../results-folder.ts";
import { runCheck } from "../run-check.ts";
import { safe } from "../safe-text.ts";
import { sandboxFaults } from "../sandbox-needs.ts";
import { selection } from "../selection.ts";
import { showFaults } from "../show-faults.ts";
import { systemClock } from "../system-clock.ts";
import { version } from "../version.ts";

/** `evals doctor`: sends no prompt, and shows no key. */
export const doctor: Command = {
  name: "doctor",
  arguments: "[SUITE]",
  positionals: { min: 0, max: 1 },
  summary: "What this machine has: keys by name, hosts, pulled models, disk",
  flags: { out: OUT_FLAG },
  examples: ["evals doctor", "evals doctor suite.yaml"],
  run: doctorCommand,
};

interface Finding {
  readonly name: string;
  readonly found: string;
  /** A run cannot work without it. */
  readonly isBroken: boolean;
}

async function doctorCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const findings = [
    ...programs(),
    ...keys(io),
    ...proxies(io),
    ...sandboxes(),
    await ollama(io),
    ...(await disk(out)),
  ];
  const [file] = positionals;
  const checked =
    file === undefined
      ? undefined
      : await checkedSuite(resolve(io.cwd, file), checksOf(out), runCheck(flags, selection({}, []), io));
  if (!json) showFindings(findings, io);
  if (checked?.ok === false) return showFaults(checked.faults, json, io);
  const suite = checked?.value.suite;
  const faults =
    suite === undefined ? [] : [...sandboxFaults(suite), ...(await probeAll(askedOf(suite), suite, io))];
  const isBroken = findings.some((finding) => finding.isBroken) || faults.length > 0;
  if (json) {
    io.out(
      `${JSON.stringify({ schema: 1, command: "doctor", ok: !isBroken, findings, faults: faults.map(faultJson) })}\n`,
    );
    return isBroken ? EXIT.environment : EXIT.ok;
  }
  if (faults.length > 0) showFaults(faults, false, io);
  else if (suite !== undefined) io.out(`  every model of ${safe(suite.name)} answers\n`);
  return isBroken ? EXIT.environment : EXIT.ok;
}

function showFindings(findings: readonly Finding[], io: Io): void {
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, found, isBroken } of findings)
    io.out(`${isBroken ? "!" : " "} ${name.padEnd(width)}  ${safe(found)}\n`);
}

/** The models that are measured, and those that judge. */
function askedOf(suite: Suite): readonly Model[] {
  return connected(suite.models, judgesOf(suite, suite.tasks));
}

function programs(): readonly Finding[] {
  return [{ name: "evals", found: `${version()} on Node ${process.version}`, isBroken: false }];
}

function keys({ variables }: Io): readonly Finding[] {
  const names = [...backends.values()].flatMap(({ capabilities }) => capabilities.keyVariable ?? []);
  return names.map((name) => ({
    name,
    found: variables[name]?.trim() ? "is set" : "is not set",
    isBroken: false,
  }));
}

const PROXY = /^(https?_proxy|no_proxy|evals_allow_hosts)$/i;

function proxies({ variables }: Io): readonly Finding[] {
  const set = Object.keys(variables).filter((name) => PROXY.test(name) && variables[name]);
  return set.map((name) => ({ name, found: "is set", isBroken: false }));
}

function sandboxes(): readonly Finding[] {
  return SANDBOX_ENGINES.map((engine) => ({
    name: `sandbox for ${engine}`,
    found: isInstalled(engine) ? "is installed" : `is not installed (${installLine([engine])})`,
    isBroken: false,
  }));
}

const OLLAMA_MS = 1000;

async function ollama({ variables }: Io): Promise<Finding> {
  const url = ollamaUrl(undefined, variables);
  const pool = openHttpPool(variables);
  try {
    const target = { send: pool.send, clock: systemClock, url, headers: {} };
    const names = await pulledModels(target, AbortSignal.timeout(OLLAMA_MS));
    const models = names === undefined ? "another server" : names.join(", ") || "runs, no model is pulled";
    return { name: "Ollama", found: `${models} (${url})`, isBroken: false };
  } catch {
    return { name: "Ollama", found: `does not answer at ${url}`, isBroken: false };
  } finally {
    await pool.close();
  }
}

const BYTES_PER_GB = 1e9;
const LITTLE_GB = 0.1;

async function disk(out: string): Promise<readonly Finding[]> {
  const folder = await nearestFolder(out);
  const writable = await access(folder, constants.W_OK).then(
    async () => (await stat(folder)).isDirectory(),
    () => false,
  );
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / BYTES_PER_GB;
  return [
    { name: "results", found: `${out} ${writable ? "can" : "cannot"} be written`, isBroken: !writable },
    { name: "disk", found: `${free.toFixed(1)} GB free`, isBroken: free < LITTLE_GB },
  ];
}

/** The path, or the nearest above it that exists. */
async function nearestFolder(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
