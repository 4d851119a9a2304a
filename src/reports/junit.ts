import type { CandidateVerdict } from "../comparison/gate.ts";
import { ruleText } from "../comparison/rule-text.ts";
import type { RuleResult } from "../comparison/rules.ts";
import { counted } from "../domain/counted.ts";
import { earlySentence } from "./early-text.ts";
import { unmeasuredText } from "./notices.ts";
import type { Report, ReportInput } from "./report.ts";
import { xmlText } from "./safe-text.ts";
import { boundText, label, measuredText } from "./tables.ts";

/** A test that passed where `problem` is `undefined`. */
interface TestCase {
  readonly group: string;
  readonly name: string;
  readonly problem:
    | { readonly element: "failure" | "error"; readonly type: string; readonly message: string }
    | undefined;
  readonly details: string;
}

interface TestSuite {
  readonly name: string;
  readonly tests: readonly TestCase[];
  readonly properties?: readonly (readonly [name: string, value: string])[];
}

/**
 * One test per rule and task of every candidate. A broken rule is a failure; an undecided one, a sample without a
 * score and a gate that was not judged are errors, because a reader of JUnit takes a skipped test for a good one.
 * Elements and attributes: https://github.com/testmoapp/junitxml.
 */
export const junit: Report = {
  name: "junit",
  summary: "One test per rule and task, for a CI server.",
  extension: "xml",
  render(input) {
    const suites = [
      ...(input.gate?.verdicts ?? []).map((verdict) => gateSuite(input, verdict)),
      runSuite(input),
    ];
    const all = suites.flatMap(({ tests }) => tests);
    const name = xmlText(`${input.title.suite}: ${input.title.run}`);
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="${name}" ${counts(all)}>`,
      ...suites.flatMap(suiteLines),
      "</testsuites>",
      "",
    ].join("\n");
  },
};

function gateSuite({ title }: ReportInput, verdict: CandidateVerdict): TestSuite {
  return {
    name: `${label(verdict.candidate, verdict.simulated)} against ${verdict.baseline}`,
    tests: verdict.rules.map((rule) => ({
      group: `${title.suite}.${verdict.candidate}`,
      name: `${ruleText(rule)}: ${boundText(rule)}`,
      problem: problemOf(rule),
      details: `measured ${measuredText(rule)}, bound ${boundText(rule)}, ${counted(rule.cases, "case")}`,
    })),
  };
}

function problemOf({ state, evidence }: RuleResult): TestCase["problem"] {
  if (state === "held") return undefined;
  return { element: state === "broken" ? "failure" : "error", type: state, message: evidence };
}

/** What must hold of the run itself before any of its verdicts counts. */
function runSuite(input: ReportInput): TestSuite {
  const { title, notJudged, unmeasured } = input;
  const early = earlySentence(input);
  const test = (name: string, type: string, message: string | undefined): TestCase => ({
    group: `${title.suite}.run`,
    name,
    problem: message === undefined ? undefined : { element: "error", type, message },
    details: "",
  });
  const missing = unmeasured === 0 ? undefined : unmeasuredText(unmeasured);
  const tests = [test("every planned sample has a score", "unmeasured", missing)];
  if (notJudged !== undefined) tests.push(test("the gate was judged", "not judged", notJudged));
  return { name: "the run", tests, properties: early === undefined ? [] : [["early stop", early]] };
}

function counts(tests: readonly TestCase[]): string {
  const count = (element: string) => tests.filter(({ problem }) => problem?.element === element).length;
  return `tests="${tests.length}" failures="${count("failure")}" errors="${count("error")}"`;
}

function suiteLines({ name, tests, properties = [] }: TestSuite): readonly string[] {
  return [
    `  <testsuite name="${xmlText(name)}" ${counts(tests)}>`,
    ...propertyLines(properties),
    ...tests.flatMap(testLines),
    "  </testsuite>",
  ];
}

function propertyLines(properties: NonNullable<TestSuite["properties"]>): readonly string[] {
  if (properties.length === 0) return [];
  const lines = properties.map(
    ([name, value]) => `      <property name="${xmlText(name)}" value="${xmlText(value)}"/>`,
  );
  return ["    <properties>", ...lines, "    </properties>"];
}

function testLines({ group, name, problem, details }: TestCase): readonly string[] {
  const open = `    <testcase classname="${xmlText(group)}" name="${xmlText(name)}"`;
  if (problem === undefined) return [`${open}/>`];
  const { element, type, message } = problem;
  return [
    `${open}>`,
    `      <${element} type="${xmlText(type)}" message="${xmlText(message)}">${xmlText(details)}</${element}>`,
    "    </testcase>",
  ];
}
