/** The suite that `evals init` writes. */
export const STARTER_SUITE = `# yaml-language-server: $schema=../node_modules/evals/schema/suite.schema.json
name: starter
models:
  # Simulated models answer with a set accuracy, so that this suite runs with no key.
  # Replace them by your own:
  #   gpt-4:   { backend: openai,    model: gpt-4o-2024-08-06 }   # needs OPENAI_API_KEY
  #   llama-3: { backend: ollama,    model: "llama3.1:8b" }
  sim-current:  { backend: simulated, model: current,  accuracy: 0.9 }
  sim-proposed: { backend: simulated, model: proposed, accuracy: 0.9 }
settings: { max_tokens: 64, concurrency: 16 }
tasks:
  classify:
    dataset: ../datasets/starter.jsonl
    prompt: |
      Ticket: {{ body }}
      Answer with one word: billing, bug or other.
    scorers:
      - choice: { options: [billing, bug, other] }
gate:
  baseline: sim-current
  candidates: [sim-proposed]
  require:
    # The loss that you would accept. Twelve cases cannot prove 3 points; 99 without a single disagreement can.
    - { metric: score, margin: 0.03 }
`;

const CASES: readonly (readonly [body: string, expected: string])[] = [
  ["I was charged twice for March.", "billing"],
  ["The export button does nothing when I click it.", "bug"],
  ["Do you have an office in Lisbon?", "other"],
  ["My invoice shows the old company name.", "billing"],
  ["Since this morning every page answers with error 500.", "bug"],
  ["Please pass my thanks on to Priya, she was great.", "other"],
  ["Can I get a refund for the unused months?", "billing"],
  ["Search finds nothing if my query has an umlaut in it.", "bug"],
  ["Which of your plans would you pick for a school?", "other"],
  ["The card form says my card is invalid, but my bank says all is well.", "billing"],
  ["Dates in the report are one day off for users in Auckland.", "bug"],
  ["How do I write to your press team?", "other"],
];

/** The dataset that goes with it. */
export const STARTER_CASES = CASES.map(
  ([body, expected], index) => `${JSON.stringify({ id: `ticket-${index + 1}`, body, expected })}\n`,
).join("");
