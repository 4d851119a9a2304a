const BEAT_MS = 10;

/**
 * Watches for stretches in which this process was too busy to read what had come: how long what is read at a moment may
 * have lain there, ms. A timer notes when it should have fired; its last delay counts until it fires again, since what
 * had piled up is read in between. `now` is monotonic, ms. Keeps no process alive.
 */
export function watchLoop(now: () => number): (at: number) => number {
  let beatAt = now();
  let lateMs = 0;
  const timer = setInterval(() => {
    const at = now();
    lateMs = at - beatAt - BEAT_MS;
    beatAt = at;
  }, BEAT_MS);
  timer.unref();
  return (at) => Math.max(0, lateMs, at - beatAt - BEAT_MS);
}
