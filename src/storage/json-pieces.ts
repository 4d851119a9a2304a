import { randomUUID } from "node:crypto";

/** Characters of a piece, at least; only the last one has fewer. */
const PIECE = 1 << 18;

/** What `JSON.stringify` gives, piece by piece: a large text of the value is nowhere in memory a second time. */
export function* jsonPieces(value: object): Generator<string> {
  const texts: string[] = [];
  // Nothing that a value holds can be that.
  const mark = randomUUID();
  const frame = JSON.stringify(value, (_, held: unknown) => {
    if (typeof held !== "string" || held.length <= PIECE) return held;
    texts.push(held);
    return mark;
  });
  let piece = "";
  for (const [at, between] of frame.split(mark).entries()) {
    piece += between;
    const text = texts[at] ?? "";
    for (let from = 0; from < text.length; ) {
      const to = pieceEnd(text, from);
      piece += JSON.stringify(text.slice(from, to)).slice(1, -1);
      from = to;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/** Not between the two halves of a character: alone, each would be written in another way. */
function pieceEnd(text: string, from: number): number {
  const end = Math.min(text.length, from + PIECE);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}
