import { dirname } from "node:path";
import { listeningSignal } from "../backends/listening-limit.ts";
import { backends } from "../backends/registry.ts";
import type { Fault, Result } from "../domain/fault.ts";
import type { Model } from "../domain/model.ts";
import type { FailureCode } from "../domain/outcome.ts";
import { type Backend, type BackendEnvironment, type Intake, type Probe, Refusal } from "../domain/ports.ts";
import type { Suite } from "../domain/suite.ts";
import { requestKey } from "../engine/request-key.ts";
import type { AnswerCache } from "../storage/cache/answer-cache.ts";
import { Source } from "../suite/source.ts";
import { conversing } from "../workflows/conversation.ts";
import type { Member } from "../workflows/target.ts";
import { answerReaders } from "./answer-readers.ts";
import { connectWorkflow } from "./connect-workflow.ts";
import type { Io } from "./io.ts";
import { codeFaults, codeOfRun } from "./suite-code.ts";
import { systemClock } from "./system-clock.ts";

/** Longest time that a probe may take, ms. */
const PROBE_MS = 2000;

/** Open connections, and what the probes noted about them. */
export interface Connections {
  readonly backends: ReadonlyMap<string, Backend>;
  /** By model name, for people. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
  close(): Promise<void>;
}

/** What connections of a run are given. */
export interface ConnectedTo {
  /** Where workflows keep their steps. */
  readonly cache?: AnswerCache | undefined;
  readonly intake?: Intake | undefined;
}

/**
 * Opens and probes every model before the first case: all at once, at most 2 s. One that cannot be used is a
 * fault; then all are closed again and no case is sent to anyone.
 */
export async function connectAll(
  models: readonly Model[],
  suite: Suite,
  io: Io,
  { cache, intake }: ConnectedTo = {},
): Promise<Result<Connections>> {
  const refused = codeFaults(suite, codeOfRun(io));
  if (refused.length > 0) return { ok: false, faults: refused };
  const environment: BackendEnvironment = {
    clock: systemClock,
    intake,
    variables: io.variables,
    directory: dirname(suite.file),
    seed: suite.seed,
  };
  const tried = await Promise.all(models.map((model) => connectOne(model, { environment, suite, cache })));
  const open = new Map(
    tried.flatMap(({ name, backend }) => (backend === undefined ? [] : [[name, backend] as const])),
  );
  const close = async () => {
    await Promise.all([...open.values()].map((backend) => backend.close()));
  };
  const source = new Source(suite.file, suite.text);
  const faults = tried.flatMap(({ fault }) =>
    fault === undefined ? [] : [{ ...fault, source: fault.place && source.lineAt(fault.place) }],
  );
  if (faults.length > 0) {
    await close();
    return { ok: false, faults };
  }
  return {
    ok: true,
    value: { backends: open, notes: new Map(tried.map(({ name, notes }) => [name, notes])), close },
  };
}

interface Tried {
  readonly name: string;
  readonly backend: Backend | undefined;
  readonly fault: Fault | undefined;
  readonly notes: readonly string[];
}

/** Opens, probes and closes every model: the faults that would keep a run from starting. */
export async function probeAll(models: readonly Model[], suite: Suite, io: Io): Promise<readonly Fault[]> {
  const tried = await connectAll(models, suite, io);
  if (!tried.ok) return tried.faults;
  await tried.value.close();
  return [];
}

interface Connecting {
  readonly environment: BackendEnvironment;
  readonly suite: Suite;
  readonly cache: AnswerCache | undefined;
}

async function open(model: Model, environment: BackendEnvironment): Promise<Member> {
  const definition = backends.get(model.backend);
  if (definition === undefined) throw new Error(`no backend "${model.backend}"`);
  const { cacheable } = definition.capabilities;
  return { model, backend: await definition.connect(model, environment), cacheable };
}

async function connect(model: Model, { environment, suite, cache }: Connecting): Promise<Backend> {
  const { workflow } = model;
  if (workflow === undefined) {
    const own = await open(model, environment);
    if (suite.tasks.every(({ turns }) => turns === undefined)) return own.backend;
    return conversing({ own, read: answerReaders, cache, keyOf: requestKey });
  }
  return connectWorkflow(model, workflow, {
    models: suite.models,
    directory: environment.directory,
    cache,
    open: (one) => open(one, environment),
  });
}

async function connectOne(model: Model, connecting: Connecting): Promise<Tried> {
  const { name } = model;
  try {
    const backend = await connect(model, connecting);
    const probe = await probed(backend);
    if (probe.ok) return { name, backend, fault: undefined, notes: probe.notes };
    const fault = modelFault(
      model,
      PROBE_CODES[probe.failure.code] ?? "E2006",
      probe.failure.message,
      probe.hint,
    );
    return { name, backend, fault, notes: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      name,
      backend: undefined,
      fault: modelFault(model, error.code, error.message, error.hint),
      notes: [],
    };
  }
}

/** Other models are being connected meanwhile, and their SDKs read: that time is not counted as the server's. */
async function probed(backend: Backend): Promise<Probe> {
  const limit = listeningSignal(PROBE_MS, systemClock, NEVER);
  try {
    return await backend.probe(limit.signal);
  } finally {
    limit.end();
  }
}

const NEVER = new AbortController().signal;

const PROBE_CODES: { readonly [code in FailureCode]?: string } = {
  auth: "E2001",
  quota: "E2007",
  "unknown-model": "E2004",
  unreachable: "E2005",
  timeout: "E2005",
};

function modelFault(model: Model, code: string, message: string, hint: string): Fault {
  return { code, message, place: model.place, source: undefined, label: `needed by ${model.name}`, hint };
}
