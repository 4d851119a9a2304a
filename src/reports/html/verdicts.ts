import type { CandidateVerdict, GateResult, Verdict } from "../../comparison/gate.ts";
import { ruleText } from "../../comparison/rule-text.ts";
import type { RuleState } from "../../comparison/rules.ts";
import { sentence } from "../../comparison/sentence.ts";
import { boundText, label, measuredText } from "../tables.ts";
import { element, type Markup } from "./markup.ts";

const SIGNS: Readonly<Record<Verdict, string>> = { safe: "✓", unsafe: "✕", inconclusive: "?" };
const STATES: Readonly<Record<RuleState, string>> = {
  held: "✓ held",
  broken: "✕ broken",
  undecided: "? undecided",
};

/** A card for each candidate: the word, the sentence, and every rule with its evidence. */
export function verdictCards(gate: GateResult): Markup {
  return element("div", { class: "cards" }, ...gate.verdicts.map(card));
}

function card(verdict: CandidateVerdict): Markup {
  const word = element(
    "span",
    { class: `word ${verdict.verdict}` },
    element("span", { "aria-hidden": "true" }, `${SIGNS[verdict.verdict]} `),
    verdict.verdict.toUpperCase(),
  );
  return element(
    "article",
    { class: `card ${verdict.verdict}` },
    element("h3", {}, word, ` ${label(verdict.candidate, verdict.simulated)}`),
    element("p", {}, withoutWord(sentence(verdict))),
    rules(verdict),
  );
}

/** The sentence begins with the word that the card shows already. */
function withoutWord(text: string): string {
  return text.slice(text.indexOf(": ") + 2);
}

function rules({ rules: results }: CandidateVerdict): Markup {
  return element(
    "ul",
    { class: "rules" },
    ...results.map((rule) =>
      element(
        "li",
        { class: rule.state },
        element("strong", {}, STATES[rule.state]),
        ` ${ruleText(rule)} `,
        element("span", { class: "number" }, `${measuredText(rule)}, ${boundText(rule)}`),
        element("span", { class: "quiet" }, ` ${rule.evidence}`),
      ),
    ),
  );
}
