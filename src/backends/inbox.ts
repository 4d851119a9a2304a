/** Something that came and is to be worked on. */
export interface Delivery {
  deliver(): void;
}

/** Takes what came; it is delivered once all that has come is taken in. */
export type Inbox = (came: Delivery) => void;

/**
 * First everything that lies in the sockets is read and stamped with its time, then the work on it begins: an answer
 * that came with others does not wait, on its model's account, for what this process makes of them.
 */
export function openInbox(): Inbox {
  let waiting: Delivery[] = [];
  const empty = () => {
    const all = waiting;
    waiting = [];
    for (const came of all) came.deliver();
  };
  return (came) => {
    if (waiting.push(came) === 1) setImmediate(empty);
  };
}
