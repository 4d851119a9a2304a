/** Characters of one colour. */
export interface Run {
  readonly text: string;
  readonly colour: number;
}

/** What a terminal of so many columns shows of what is written to it. */
export function terminalScreen(columns: number): {
  write(text: string): void;
  lines(): readonly (readonly Run[])[];
};
