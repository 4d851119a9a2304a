// Draws recorded screens as an SVG: the last one stands where nothing moves, the others before it in their own time.

const COLOURS = { 31: "#f85149", 32: "#3fb950", 33: "#d29922" };
const INK = "#e6edf3";
const PAPER = "#0d1117";
const SIZE = 13;
const CELL = SIZE * 0.602;
const LINE = 18;
const EDGE = 16;

/**
 * @param {{ atMs: number, lines: { text: string, colour: number }[][] }[]} frames
 * @param {number} columns
 * @param {string} title
 */
export function terminalSvg(frames, columns, title) {
  const last = frames.at(-1);
  const width = Math.ceil(columns * CELL + 2 * EDGE);
  const height = last.lines.length * LINE + 2 * EDGE;
  const moving = frames.slice(0, -1).map((frame, index) => {
    const [from, to] = [seconds(frame.atMs), seconds(frames[index + 1].atMs)];
    const set = `<set attributeName="visibility" to="visible" begin="${from}" end="${to}"/>`;
    return `<g class="moment" visibility="hidden">${set}${drawn(frame.lines)}</g>`;
  });
  const hide = `<set attributeName="visibility" to="hidden" begin="0s" end="${seconds(last.atMs)}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>text{font:${SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${INK};white-space:pre}</style>
<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>
${moving.join("\n")}
<g class="screen">${hide}
${drawn(last.lines)}
</g>
</svg>
`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)}s`;
}

function drawn(lines) {
  return lines
    .map((runs, index) => {
      const y = EDGE + (index + 1) * LINE - 5;
      const text = runs.map(({ text, colour }) => {
        const ink = COLOURS[colour];
        return ink === undefined ? escaped(text) : `<tspan fill="${ink}">${escaped(text)}</tspan>`;
      });
      return `<text x="${EDGE}" y="${y}" xml:space="preserve">${text.join("")}</text>`;
    })
    .join("\n");
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
