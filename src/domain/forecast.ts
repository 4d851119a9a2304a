/** What a model's earlier answers to one task took, on average; `undefined` is unknown. */
export interface Pace {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly latencyMs: number | undefined;
  readonly generationMs: number | undefined;
  /** USD that a sample cost then, whatever models it asked. */
  readonly costUsd?: number | undefined;
  /** Model calls that a sample took. */
  readonly calls?: number | undefined;
}

/** What a run would take of one model, or of all; retries not counted. */
export interface Expense {
  readonly calls: number;
  readonly inputTokens: number;
  /** From earlier answers; `undefined` where there are none. */
  readonly outputTokens: number | undefined;
  /** With every answer as long as `max_tokens` allows; `undefined` without that limit. */
  readonly mostOutputTokens: number | undefined;
  /** `undefined` is unknown, never zero. */
  readonly costUsd: number | undefined;
  readonly mostCostUsd: number | undefined;
  readonly timeMs: number | undefined;
}

/** One model's part of a run. */
export interface ModelForecast extends Expense {
  readonly model: string;
  readonly simulated: boolean;
  /** Whether every task has earlier answers of this model to go by. */
  readonly measured: boolean;
}

/** What a run would take. */
export interface Forecast {
  readonly models: readonly ModelForecast[];
  readonly total: Expense;
}
