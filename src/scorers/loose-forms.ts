/**
 * The forms of a text that the loose accuracy of IFEval tries (Zhou et al. 2023, section 3): as it stands,
 * without its first line, its last, or both (`Sure, here it is:`), each with and without asterisks.
 */
export function looseForms(text: string): readonly string[] {
  const lines = text.split("\n");
  const forms = [text, lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((form) =>
    typeof form === "string" ? form : form.join("\n").trim(),
  );
  return [...new Set(forms.flatMap((form) => [form, form.replaceAll("*", "")]))].filter(
    (form) => form.trim() !== "",
  );
}
