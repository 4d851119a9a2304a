/** Words of a text as SQuAD compares them: lower case, without punctuation and the English articles. */
export function normalisedTokens(text: string): readonly string[] {
  return text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, "")
    .split(/\s+/)
    .filter((token) => token !== "" && token !== "a" && token !== "an" && token !== "the");
}

/** Words of a text in lower case, punctuation left out, articles kept: what ROUGE compares. */
export function wordTokens(text: string): readonly string[] {
  return (
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
