import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { startDeadlines } from "../../src/backends/deadlines.ts";

const now = () => performance.now();

/** Something due after so many ms, and when it expired. */
function due(ms: number) {
  const made = {
    at: now() + ms,
    expiredAt: undefined as number | undefined,
    dueAt: () => made.at,
    goOn: (lateMs: number) => {
      made.at = now() + lateMs;
    },
    expire: () => {
      made.expiredAt = now();
    },
  };
  return made;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(1);
}

test("each expires once it is due, not before, in whatever order they were watched", async () => {
  const deadlines = startDeadlines({ now });
  const all = [due(60), due(20), due(40)];
  for (const one of all) deadlines.watch(one);
  await until(() => all.every(({ expiredAt }) => expiredAt !== undefined));
  for (const { at, expiredAt = 0 } of all) expect(expiredAt).toBeGreaterThanOrEqual(at);
});

test("a deadline that moves on is kept where it went", async () => {
  const deadlines = startDeadlines({ now });
  const moving = due(20);
  deadlines.watch(moving);
  moving.at += 60;
  await until(() => moving.expiredAt !== undefined);
  expect(moving.expiredAt).toBeGreaterThanOrEqual(moving.at);
});

test("what is forgotten does not expire, and what is watched after it does", async () => {
  const deadlines = startDeadlines({ now });
  const [over, next] = [due(20), due(50)];
  deadlines.watch(over);
  deadlines.forget(over);
  deadlines.watch(next);
  await until(() => next.expiredAt !== undefined);
  expect(over.expiredAt).toBeUndefined();
});

test("time in which this process could not listen is waited again", async () => {
  let lateMs = 60;
  const deadlines = startDeadlines({ now, lateMs: () => lateMs });
  const one = due(20);
  const first = one.at;
  deadlines.watch(one);
  await until(() => one.at > first);
  lateMs = 0;
  await until(() => one.expiredAt !== undefined);
  expect(one.expiredAt).toBeGreaterThanOrEqual(first + 60);
});

test("what came while this process was busy is heard before a wait counts as in vain", async () => {
  const { port1, port2 } = new MessageChannel();
  const deadlines = startDeadlines({ now });
  const one = due(20);
  const heard = new Promise<void>((resolve) => {
    port2.on("message", () => {
      one.at = Number.POSITIVE_INFINITY;
      resolve();
    });
  });
  deadlines.watch(one);
  port1.postMessage("here");
  const busyUntil = now() + 60;
  while (now() < busyUntil);
  await heard;
  await sleep(10);
  port1.close();
  expect(one.expiredAt).toBeUndefined();
});
