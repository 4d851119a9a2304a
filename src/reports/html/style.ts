/** The report's only style sheet: light and dark, and down to a narrow phone. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --card: #f6f7f9; --ink: #16191d; --quiet: #545c66; --line: #cfd5dc;
  --good: #0b6b3a; --bad: #b3261e; --open: #8a5300; --link: #0b57d0; --tint-bad: #b3261e1a; --minus: #ffd9d6; --plus: #c9f0d8; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1d2127; --ink: #e8eaed; --quiet: #a9b2bd;
  --line: #3b434d; --good: #6fd79c; --bad: #ff938a; --open: #f0b95b; --link: #9cc2ff; --tint-bad: #ff938a24;
  --minus: #5c2320; --plus: #14492b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0 0 .4rem; }
p { margin: .3rem 0; } .quiet, figcaption { color: var(--quiet); }
.banner { border: 1px solid var(--open); border-radius: 6px; padding: .4rem .8rem; color: var(--open); margin: .8rem 0; }
.cards, .pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-left: 6px solid var(--quiet); border-radius: 6px; padding: .8rem; }
.card.safe { border-left-color: var(--good); } .card.unsafe { border-left-color: var(--bad); } .card.inconclusive { border-left-color: var(--open); }
.word { font-weight: 700; } .safe .word, .held strong { color: var(--good); } .unsafe .word, .broken strong { color: var(--bad); }
.inconclusive .word, .undecided strong { color: var(--open); }
.rules { list-style: none; margin: .6rem 0 0; padding: 0; } .rules li { border-top: 1px solid var(--line); padding: .3rem 0; }
.number { font-variant-numeric: tabular-nums; }
figure { margin: 0; } .legend { margin: .4rem 0; padding-left: 1.6rem; }
svg { display: block; width: 100%; overflow: visible; } svg text { fill: var(--quiet); font-size: 11px; }
.zero, .grid { stroke: var(--line); } .zero { stroke: var(--quiet); stroke-width: 1.5; } .beyond { fill: var(--tint-bad); }
.interval { stroke: currentColor; stroke-width: 2; } .point, .part { fill: currentColor; }
svg.better { color: var(--good); } svg.worse { color: var(--bad); } svg.open { color: var(--quiet); }
.scatter { border: 1px solid var(--line); color: var(--quiet); margin: .4rem 0; }
.front { stroke: var(--good); stroke-width: 2; stroke-dasharray: 5 4; } .best { fill: var(--good); } .other { fill: var(--quiet); }
svg text.inside { fill: var(--page); font-weight: 700; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--quiet); } .forest th[scope=row] { width: 24%; } .forest .plot { width: 44%; padding-right: 1.2rem; }
.forest .all th { font-weight: 700; } .forest .number { width: 32%; }
.scrolls { overflow-x: auto; margin: .6rem 0; } .scrolls td, .scrolls th { white-space: nowrap; font-variant-numeric: tabular-nums; }
a { color: var(--link); } summary { cursor: pointer; padding: .5rem 0; color: var(--link); } :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.filters { display: flex; flex-wrap: wrap; gap: .4rem 1rem; margin: .6rem 0; } .filters label { color: var(--quiet); }
select, input, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--quiet); border-radius: 4px;
  padding: .15rem .4rem; max-width: 16rem; }
button { cursor: pointer; } button[aria-pressed=true] { background: var(--ink); color: var(--page); }
.explorer { display: grid; grid-template-columns: 20rem minmax(0, 1fr); gap: 1rem; align-items: start; }
.rows { height: 70vh; overflow-y: auto; border: 1px solid var(--line); border-radius: 6px; } .space { position: relative; }
.row { position: absolute; inset: 0 0 auto; height: 46px; padding: .15rem .6rem; display: grid; grid-template-columns: minmax(0, 1fr) auto;
  border-bottom: 1px solid var(--line); cursor: pointer; font-size: 13px; line-height: 20px; }
.row span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .row .id { font-weight: 600; }
.row[aria-selected=true] { background: var(--card); box-shadow: inset 4px 0 var(--link); }
.good { color: var(--good); } .bad { color: var(--bad); }
.case { min-width: 0; } .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.answer { min-width: 0; } h4 { margin: .4rem 0; } .repeats { display: flex; flex-wrap: wrap; gap: .3rem; margin: .4rem 0; }
.said { white-space: pre-wrap; overflow: auto; max-height: 50vh; margin: .3rem 0; padding: .6rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; font: 13px/1.5 ui-monospace, monospace; unicode-bidi: plaintext; }
mark { color: inherit; background: var(--plus); text-decoration: underline; } .answer:first-child mark { background: var(--minus); }
.given { margin: 0 0 .6rem; max-height: 40vh; overflow: auto; } .given dt { color: var(--quiet); }
.given dd { margin: 0 0 .3rem; white-space: pre-wrap; unicode-bidi: plaintext; }
.reasons { padding-left: 1.2rem; margin: .4rem 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 44rem) {
  .forest, .forest caption, .forest tbody, .forest tr, .forest td, .forest .number, .forest th[scope=row] { display: block; width: auto; }
  .forest thead tr { display: block; } .forest thead th:not(.plot) { display: none; } .forest thead .plot { display: block; }
  .forest thead { display: block; } .forest .plot, .forest thead .plot { width: auto; padding-right: 0; border: 0; } .forest th[scope=row] { border: 0; padding-bottom: 0; }
}
@media (max-width: 60rem) { .explorer { grid-template-columns: minmax(0, 1fr); } .rows { height: 40vh; } }
@media print { body { max-width: none; } .cards { display: block; } }
`;
