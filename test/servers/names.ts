import { createSocket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";

/** What a name server says: an address, or why there is none (RFC 1035, 4.1.1). */
export type NameAnswer = "127.0.0.1" | "SERVFAIL" | "NXDOMAIN" | "silence";

const CODES = { "127.0.0.1": 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;

/** A real name server on this machine, which answers every question for an IPv4 address in the same way. */
export async function startNameServer() {
  const behaviour: { answer: NameAnswer } = { answer: "127.0.0.1" };
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const { name, end } = questionOf(query);
    asked.push(name);
    if (behaviour.answer !== "silence") socket.send(reply(query, end, behaviour.answer), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const server = `127.0.0.1:${socket.address().port}`;
  return {
    behaviour,
    asked,
    /** What a process needs in its environment to look names up here. */
    variables: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "look-up.mjs")}`,
      TEST_NAME_SERVER: server,
    },
    close: () => new Promise<void>((resolve) => socket.close(resolve)),
  };
}

/** The name that a query asks for, and where its question ends. */
function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 5 };
}

function reply(query: Buffer, end: number, answer: keyof typeof CODES): Buffer {
  const isFound = answer === "127.0.0.1" && query.readUInt16BE(end - 4) === 1;
  const header = Buffer.from(query.subarray(0, 12));
  // A response, recursion desired and available, and the code.
  header.writeUInt16BE(0x8180 | CODES[answer], 2);
  header.writeUInt16BE(isFound ? 1 : 0, 6);
  header.fill(0, 8);
  // A pointer to the question's name, type A, class IN, no time to live, four bytes.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, query.subarray(12, end), ...(isFound ? [record] : [])]);
}
