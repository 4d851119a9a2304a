// A terminal as far as this project writes to one: lines, wrapping, colours, the cursor moved up, what follows erased.

/** One stretch of a line in one colour; `colour` is the number of the escape (32 is green), 0 the terminal's own. */
/** @typedef {{ text: string, colour: number }} Run */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what a terminal reads
const ESCAPE = /^\u001b\[([0-9;]*)([A-Za-z])/;

/** A screen of so many columns; `write` takes what a program prints, `lines` is what is seen. */
export function terminalScreen(columns) {
  const rows = [[]];
  let row = 0;
  let column = 0;
  let colour = 0;
  const down = () => {
    row += 1;
    rows[row] ??= [];
  };
  const obey = (given, letter) => {
    const number = Number(given.split(";")[0] || 0);
    if (letter === "m") colour = number;
    else if (letter === "A") row = Math.max(0, row - Math.max(1, number));
    else if (letter === "J" && number === 0) {
      rows[row].length = column;
      rows.length = row + 1;
    } else throw new Error(`the terminal knows no escape ${given}${letter}`);
  };
  const put = (character) => {
    if (column === columns) {
      column = 0;
      down();
    }
    while (rows[row].length < column) rows[row].push({ character: " ", colour: 0 });
    rows[row][column] = { character, colour };
    column += 1;
  };
  return {
    write(text) {
      let rest = text;
      while (rest !== "") {
        const found = ESCAPE.exec(rest);
        if (found !== null) {
          obey(found[1], found[2]);
          rest = rest.slice(found[0].length);
          continue;
        }
        const [character] = rest;
        rest = rest.slice(character.length);
        if (character === "\r") column = 0;
        else if (character === "\n") down();
        else put(character);
      }
    },
    /** @returns {Run[][]} */
    lines() {
      const shown = rows.map(runsOf);
      while (shown.length > 0 && shown.at(-1).length === 0) shown.pop();
      return shown;
    },
  };
}

function runsOf(cells) {
  const runs = [];
  for (const { character, colour } of cells) {
    const last = runs.at(-1);
    if (last?.colour === colour) last.text += character;
    else runs.push({ text: character, colour });
  }
  return runs;
}
