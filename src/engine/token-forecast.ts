import type { Usage } from "../domain/outcome.ts";
import type { Message } from "../domain/suite.ts";

/** Guesses how many tokens a call will take, from those that were counted before. */
export interface TokenForecast {
  expected(messages: readonly Message[]): number;
  learn(messages: readonly Message[], usage: Usage): void;
}

/** A token is some four characters of English; the first answers correct this. */
const FIRST_PER_CHARACTER = 0.3;
const FIRST_ANSWER = 256;
/** Weight of the newest answer. */
const WEIGHT = 0.1;

/** A forecast; `longest` is the limit of an answer's tokens, where there is one. */
export function tokenForecast(longest: number | undefined): TokenForecast {
  let perCharacter = FIRST_PER_CHARACTER;
  let answer = Math.min(longest ?? FIRST_ANSWER, FIRST_ANSWER);
  return {
    expected: (messages) => Math.ceil(characters(messages) * perCharacter + answer),
    learn: (messages, { inputTokens, outputTokens }) => {
      if (inputTokens !== undefined)
        perCharacter += WEIGHT * (inputTokens / Math.max(1, characters(messages)) - perCharacter);
      if (outputTokens !== undefined) answer += WEIGHT * (outputTokens - answer);
    },
  };
}

function characters(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}
