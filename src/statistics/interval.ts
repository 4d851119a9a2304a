/** A point estimate between the ends of a confidence interval, all in the unit of the data. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** An interval with the name of the method that made it and the number of cases behind it. */
export interface Estimate extends Interval {
  readonly method: string;
  readonly n: number;
  /** Degrees of freedom where a t distribution was used. */
  readonly df?: number | undefined;
}
