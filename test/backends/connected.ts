import { afterEach } from "vitest";
import { systemClock } from "../../src/cli/system-clock.ts";
import type { Model, ModelSettings, Parameters } from "../../src/domain/model.ts";
import type { Backend, BackendEnvironment, Intake, Request } from "../../src/domain/ports.ts";
import type { Message } from "../../src/domain/suite.ts";
import { type Received, type Script, startWireServer } from "../servers/wire.ts";

const NOTHING: Parameters = {
  maxTokens: undefined,
  temperature: undefined,
  topP: undefined,
  seed: undefined,
  stop: undefined,
  responseSchema: undefined,
  tools: undefined,
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export interface Connecting {
  readonly connect: (model: Model, environment: BackendEnvironment) => Backend;
  readonly backend: string;
  readonly model: string;
  readonly variables?: { readonly [name: string]: string };
  readonly options?: Model["options"];
  readonly settings?: Partial<ModelSettings>;
  readonly intake?: Intake;
}

/** For a server that falls silent; all others have the time that a busy machine needs. */
export const HASTY = { idleTimeoutMs: 300 };

/** A backend connected to a loopback server that answers by `answer`; both are closed after the test. */
export async function connected(setup: Connecting, answer: (request: Received) => Script) {
  const server = await startWireServer(answer);
  const model: Model = {
    name: "a",
    backend: setup.backend,
    model: setup.model,
    parameters: NOTHING,
    settings: {
      concurrency: 1,
      repeats: 1,
      timeoutMs: 60_000,
      idleTimeoutMs: 60_000,
      rpm: undefined,
      tpm: undefined,
      maxAttempts: 1,
      ...setup.settings,
    },
    price: undefined,
    options: { base_url: server.url, ...setup.options },
    place: { file: "s.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 },
  };
  const backend = setup.connect(model, {
    clock: { ...systemClock, wall: () => Date.UTC(2026, 0, 1), sleep: async () => {} },
    intake: setup.intake,
    variables: setup.variables ?? {},
    directory: "/",
    seed: 1,
  });
  closers.push(() => backend.close(), server.close);
  const ask = (
    parameters: Partial<Parameters> = {},
    messages: readonly Message[] = [{ role: "user", content: "Hi" }],
    signal = new AbortController().signal,
    judging?: Request["judging"],
  ) =>
    backend.ask(
      {
        messages,
        parameters: { ...NOTHING, ...parameters },
        task: "t",
        case: { id: "c", fields: {}, tags: [], cluster: undefined, hash: "0", line: 1 },
        repeat: 0,
        judging,
      },
      signal,
    );
  return { ask, backend, received: server.received };
}
