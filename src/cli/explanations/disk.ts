import type { Explanation } from "./explanation.ts";

/** The cost of a disk that fails at any moment of a run. */
const KEPT =
  "Answers that were saved before are kept, and the run that they belong to is resumable; a call whose answer could not be saved is made again.";

/** What the file system refuses. The message ends in its own code, such as EACCES. */
export const DISK: readonly Explanation[] = [
  {
    code: "E3001",
    title: "a file or folder cannot be written",
    means:
      "This user has no right to it, or it lies on a disk that is mounted read-only (EACCES, EPERM, EROFS).",
    why: "An answer that cannot be saved is paid for and lost.",
    steps: [
      { text: "Write the runs elsewhere:", paste: "evals run SUITE --out ~/evals-results" },
      {
        text: "Or give this user the right; files that a container wrote often belong to root:",
        paste: 'ls -ld results && sudo chown -R "$USER" results',
      },
    ],
    cost: KEPT,
  },
  {
    code: "E3002",
    title: "the disk is full",
    means:
      "A write found no space, or went over a quota or the largest size of a file (ENOSPC, EDQUOT, EFBIG).",
    why: "Nothing is sent any more from the first write that fails on: further answers would be paid for and lost.",
    steps: [
      { text: "Look at what is full, and free some space:", paste: "df -h results" },
      {
        text: "The answer cache may go: no run needs it, later ones only pay again for what they would have found there.",
        paste: "rm -r results/.cache",
      },
      { text: "Then go on:", paste: "evals resume RUN" },
    ],
    cost: KEPT,
  },
  {
    code: "E3003",
    title: "too many files are open",
    means:
      "This process, or the whole system, has as many files and connections open as it may (EMFILE, ENFILE).",
    why: "What cannot be opened cannot be written, and an answer that cannot be saved is lost.",
    steps: [
      { text: "Raise the limit of the shell, and go on:", paste: "ulimit -n 4096\nevals resume RUN" },
      { text: "Or have fewer calls in flight:", paste: "evals resume RUN --concurrency 8" },
    ],
    cost: KEPT,
  },
  {
    code: "E3004",
    title: "a file or folder is not there",
    means:
      "Something that the command reads, or the folder that it writes to, does not exist (ENOENT), or was removed while it was at work.",
    why: "A file of a run that is gone cannot be taken for an empty one: that would be a run without answers.",
    steps: [
      { text: "Check the path in the message; see which runs are there:", paste: "evals list" },
      {
        text: "If the runs lie in another folder, name it:",
        paste: "evals report latest --out ~/evals-results",
      },
    ],
    cost: KEPT,
  },
  {
    code: "E3005",
    title: "a file stands where a folder should, or the other way round",
    means: "The path in the message is taken by something of another kind (ENOTDIR, EISDIR, EEXIST).",
    why: "Whatever stands there is not evals' own, and is not removed to make room.",
    steps: [
      { text: "Look at what it is, and move it away:", paste: "ls -ld results\nmv results results.old" },
      { text: "Or choose another folder:", paste: "evals run SUITE --out other-results" },
    ],
    cost: KEPT,
  },
  {
    code: "E3006",
    title: "the disk reports an error",
    means:
      "The device could not read or write (EIO): a failing disk, a network share that went away, a stick that was pulled out.",
    why: "What comes from such a disk, or goes to it, cannot be believed.",
    steps: [
      { text: "Copy the runs to another disk while they can be read:", paste: "cp -a results /other-disk/" },
      {
        text: "Go on there; every record has a checksum, and one that does not match is named by its line:",
        paste: "evals resume RUN --out /other-disk/results",
      },
    ],
    cost: KEPT,
  },
  {
    code: "E3007",
    title: "the disk cannot hold the answers of this run",
    means:
      "Even at 3,000 bytes a sample, which is little, the planned samples need more space than is free in the folder of the run.",
    why: "The run would stop in the middle, with its money spent. That is told before the first call.",
    steps: [
      {
        text: "Free some space, or write to another disk:",
        paste: "evals run SUITE --out /other-disk/results",
      },
      { text: "Ask less, for example a sample of the cases:", paste: "evals run SUITE --limit 1000" },
    ],
    cost: "0 calls made.",
  },
];
