/** The time that a piece of work takes of the processor, ms: a busy machine adds little to it, and a halt nothing. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
