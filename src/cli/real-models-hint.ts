import { openHttpPool } from "../backends/http-fetch.ts";
import { ollamaUrl } from "../backends/ollama-host.ts";
import { pulledModels } from "../backends/ollama-probe.ts";
import type { Io } from "./io.ts";
import { safe } from "./safe-text.ts";
import { systemClock } from "./system-clock.ts";

const LOOK_MS = 300;

/** What to write in place of simulated models, with the models that an Ollama server here has pulled. */
export async function realModelsHint(io: Io): Promise<string> {
  const pulled = await pulledHere(io);
  const [first = "llama3.1:8b"] = pulled;
  const where = pulled.length > 0 ? `pulled here: ${pulled.join(", ")}` : `ollama pull ${first}`;
  return `
All models of this run are simulated. Real ones go under models: in the suite:
  gpt:    { backend: openai, model: gpt-4o-2024-08-06 }   # OPENAI_API_KEY
  claude: { backend: anthropic, model: claude-sonnet-5 }  # ANTHROPIC_API_KEY
  llama:  { backend: ollama, model: "${safe(first)}" }  # ${safe(where)}
`;
}

async function pulledHere({ variables }: Io): Promise<readonly string[]> {
  const pool = openHttpPool(variables);
  const target = { send: pool.send, clock: systemClock, url: ollamaUrl(undefined, variables), headers: {} };
  try {
    return (await pulledModels(target, AbortSignal.timeout(LOOK_MS))) ?? [];
  } catch {
    return [];
  } finally {
    await pool.close();
  }
}
