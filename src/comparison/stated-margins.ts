import type { Rule } from "../domain/suite.ts";

/** The losses that a team accepts, as a comparison judges by them. */
export interface StatedMargins {
  /** Of every task that has none of its own, and of all cases together. */
  readonly margin: number | undefined;
  /** Of tasks that a rule names. */
  readonly taskMargins: Readonly<Record<string, number>>;
}

/** The margins that the score rules of a gate set on whole tasks, the strictest where there are several. */
export function statedMargins(rules: readonly Rule[]): StatedMargins {
  const whole = rules.flatMap(({ metric, margin, where, task }) =>
    metric === "score" && margin !== undefined && where === undefined ? [{ task, margin }] : [],
  );
  const strictest = (margins: readonly number[]) => (margins.length === 0 ? undefined : Math.min(...margins));
  const everywhere = whole.filter(({ task }) => task === undefined).map(({ margin }) => margin);
  const tasks = new Set(whole.flatMap(({ task }) => task ?? []));
  return {
    margin: strictest(everywhere),
    taskMargins: Object.fromEntries(
      [...tasks].map((name) => [
        name,
        Math.min(...everywhere, ...whole.filter(({ task }) => task === name).map(({ margin }) => margin)),
      ]),
    ),
  };
}

/** The margin that a task is judged by. */
export function marginOfTask(
  {
    margin,
    taskMargins,
  }: {
    readonly margin: number | undefined;
    readonly taskMargins?: StatedMargins["taskMargins"] | undefined;
  },
  task: string,
): number | undefined {
  return taskMargins !== undefined && Object.hasOwn(taskMargins, task) ? taskMargins[task] : margin;
}
