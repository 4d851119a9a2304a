import { type Explanation, ONLY_READ } from "./explanation.ts";

/** What a stored run, or the answer cache, cannot be used for. */
export const RUN_USE: readonly Explanation[] = [
  {
    code: "E3110",
    title: "a file of the run is not the one that run.json describes",
    means:
      "The hash of a journal, or of the scores, is another than run.json says: the run was killed, is still going on, was repaired, or the file was cut or changed by hand. The message says what is known of that.",
    why: "A verdict is about the answers that the run gave. On others, or on a part of them, none is given.",
    steps: [
      {
        text: "Finish the run: what is missing is asked, and run.json is written anew:",
        paste: "evals resume RUN",
      },
      {
        text: "If only scores.jsonl is named, reading the run makes it again, without a call:",
        paste: "evals report RUN",
      },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3111",
    title: "the run did not ask a model that the gate needs",
    means:
      "The baseline or a candidate has no samples in this run, mostly because --filter model=… left it out.",
    why: "A comparison needs both sides. A gate that skips the missing one would pass without having looked.",
    steps: [
      {
        text: "Run the suite with all its models; answers that are in the cache are not paid for again:",
        paste: "evals run SUITE",
      },
      {
        text: "If the baseline was asked in another run, take its answers from there:",
        paste: "evals gate RUN --baseline RUN2",
      },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3112",
    title: "the scores are lost and cannot be made again here",
    means:
      "scores.jsonl is missing or changed. What it would be made from is not as it was (the message adds which dataset has changed or is gone), or a scorer of the suite runs code, which is not run where a run is only read.",
    why: "To score old answers against new expectations would give a verdict about neither. And a run from elsewhere is data: to look at it must not run its code.",
    steps: [
      {
        text: "If a dataset is named, put it back as it was when the run began, then read the run:",
        paste: "git checkout COMMIT -- datasets/tickets.jsonl\nevals report RUN",
      },
      {
        text: "If code is named and you trust it, have the scores made with it:",
        paste: "evals resume RUN",
      },
      { text: "Or run the suite anew on the cases of now:", paste: "evals run SUITE" },
    ],
    cost: "0 calls made. The answers are whole in the journal, and scores can be made of them again.",
  },
  {
    code: "E3113",
    title: "run.json says something else than the answers",
    means:
      "Its counts, its early end or its verdicts are not those that the answers give when they are read again. run.json was changed by hand, or a scorer of your own or evals itself has changed since.",
    why: "Whichever of the two is right, a gate must not choose the one that passes.",
    steps: [
      {
        text: "Write the summary anew from the answers, and judge then:",
        paste: "evals resume RUN\nevals gate RUN",
      },
    ],
    cost: "0 calls made, and none by the resume: the answers are all there.",
  },
  {
    code: "E3114",
    title: "one shard is not a whole run",
    means:
      "The run was made with --shard I/N and holds a part of the cases. A gate was asked to decide on it.",
    why: "A rule may hold on one part of the cases and fail on all of them.",
    steps: [
      { text: "Join all shards into one run and judge that:", paste: "evals merge shards/1 shards/2 --gate" },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3115",
    title: "a run that could stop early is not judged beside another run",
    means:
      "--baseline was given, and one of the two runs was made so that it could end once its gate was decided.",
    why: "Its end depended on its own baseline. Against other answers its error rates are not those that the gate promises.",
    steps: [
      { text: "Judge it by itself:", paste: "evals gate RUN" },
      { text: "To judge across runs, have them ask all cases:", paste: "evals run SUITE --stop never" },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3116",
    title: "two runs that could stop early have different seeds",
    means: "Both may have ended before their last case, and each drew its order of cases from another seed.",
    why: "What both were asked is then no stretch of one order, and an interval over it would claim more than it knows.",
    steps: [
      { text: "Give the suite one seed, and run both with it:", paste: "settings: { seed: 1 }" },
      { text: "Or have one of them ask all cases:", paste: "evals run SUITE --stop never" },
    ],
    cost: ONLY_READ,
  },
  {
    code: "E3117",
    title: "another process is cutting down the answer cache",
    means:
      "evals cache prune is at work on the same cache, or was on another machine, of which nobody here can tell.",
    why: "Two of them could each remove what the other one relies on.",
    steps: [
      {
        text: "Wait until it has ended; runs may use the cache meanwhile. Then:",
        paste: "evals cache prune --older-than 30d",
      },
      { text: "If it ran on a machine that is gone, delete the lock that the message names." },
    ],
    cost: "0 calls made, and nothing was removed by the command that was refused.",
  },
  {
    code: "E3118",
    title: "a new file of the answer cache is locked already",
    means:
      "Each run writes to a file of the cache that it has just named itself, by time and chance, and this one has a lock of another process. That takes a copied or restored cache folder, or a clock that was set back.",
    why: "Two processes that append to one file would spoil each other's answers.",
    steps: [
      { text: "Start again: the next name is another one." },
      { text: "If it comes back, see what is wrong with the folder:", paste: "evals cache verify" },
      { text: "Or do without the cache this time:", paste: "evals run SUITE --no-cache" },
    ],
    cost: "Answers that were saved before are in the journal; the run is resumable.",
  },
  {
    code: "E5000",
    title: "a bug in evals",
    means:
      "Something happened that evals believed impossible. The text with the stack tells where; values of variables whose name speaks of a key, token, secret, password, login or credential are left out of it.",
    why: "What went on after a broken assumption could be wrong in silence, so nothing does.",
    steps: [
      {
        text: "Report it with that text, the suite if it may be shown, and what this prints:",
        paste: "evals --version && node --version",
      },
      {
        text: "If it happened in a run, try to go on; answered calls are not repeated:",
        paste: "evals resume latest",
      },
    ],
    cost: "Answers that came in before are in the journal of the run, which can be resumed.",
  },
];
