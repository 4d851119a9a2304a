/** Takes what is to be done about something that came; it is done once all that has come is taken in. */
export type Inbox = (deliver: () => void) => void;

/**
 * First everything that lies in the sockets is read and stamped with its time, then the work on it begins: an answer
 * that came with others does not wait, on its model's account, for what this process makes of them.
 */
export function openInbox(): Inbox {
  let waiting: (() => void)[] = [];
  const empty = () => {
    const all = waiting;
    waiting = [];
    for (const deliver of all) deliver();
  };
  return (deliver) => {
    if (waiting.push(deliver) === 1) setImmediate(empty);
  };
}
