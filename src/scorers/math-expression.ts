import type { Rational } from "./rational.ts";

/** A formula as a tree. It is only ever compared: nothing of a model's text is run. */
export type Expression =
  | { readonly kind: "number"; readonly value: Rational }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "minus"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: "+" | "*" | "/" | "^";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly given: readonly Expression[] };

/** A relation's sign. */
export type RelationSign = "=" | "≠" | "<" | ">" | "≤" | "≥";

/** What an answer to a mathematical question can be. */
export type MathValue =
  | { readonly kind: "expression"; readonly of: Expression }
  /** Ordered, in brackets: a point, an interval, a row of a matrix. */
  | {
      readonly kind: "ordered";
      readonly open: string;
      readonly close: string;
      readonly items: readonly MathValue[];
    }
  | { readonly kind: "set"; readonly items: readonly MathValue[] }
  | { readonly kind: "union"; readonly parts: readonly MathValue[] }
  | {
      readonly kind: "relation";
      readonly sign: RelationSign;
      readonly left: Expression;
      readonly right: Expression;
    };
