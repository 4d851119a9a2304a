import { element, type Markup } from "./markup.ts";

/** The place of the case explorer, with what a reader sees who has no script. */
export function explorerSection(
  samples: { readonly kept: number; readonly all: number },
  hasInputs: boolean,
): Markup {
  const { kept, all } = samples;
  const left =
    kept === all
      ? []
      : [
          element(
            "p",
            { class: "banner" },
            `${kept} of ${all} answers are in this file, cases on which the models differ first; ` +
              "the rest are in the run's folder.",
          ),
        ];
  return element(
    "section",
    { id: "cases" },
    element("h2", {}, "Cases"),
    ...left,
    ...(hasInputs
      ? []
      : [
          element(
            "p",
            { class: "quiet" },
            "The datasets are not as the run read them: answers are shown alone.",
          ),
        ]),
    element(
      "p",
      { class: "quiet" },
      "In the list: arrow keys or j and k move, Enter reads, Escape goes back.",
    ),
    element("div", { id: "explorer" }, element("p", {}, "The cases are in this file; a script shows them.")),
  );
}

/** A block of data that is no script to any browser. `base64` has no character that could end it. */
export function dataBlock(id: string, base64: string): string {
  return `<script type="application/octet-stream" id="${id}">${base64}</script>\n`;
}
