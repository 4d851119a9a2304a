import { chunk, done, usage } from "./openai.ts";
import { gate, startWireServer } from "./wire.ts";

const FREE = { after: Number.POSITIVE_INFINITY, until: Promise.resolve() };

/**
 * A chat-completions server that adds one to the number of the question, wrongly where `isWrong` says so, and holds what
 * it is asked when it is told to: a run cannot end before it was stopped, however busy the machine is.
 */
export async function startHoldingServer(isWrong: (model: string, number: number) => boolean) {
  let held = FREE;
  const asked = () => server.received.filter(({ method }) => method === "POST").length;
  const server = await startWireServer(({ method, body }) => {
    if (method === "GET")
      return { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m"}' }] };
    const { model, messages } = Object(body);
    const number = Number(/\d+/.exec(JSON.stringify(messages))?.[0]);
    const answer = chunk({ content: String(isWrong(String(model), number) ? number : number + 1) });
    const wait = asked() > held.after ? [{ until: held.until }] : [];
    return { steps: [...wait, answer, chunk({}, "stop"), usage, done] };
  });
  return {
    url: `${server.url}/v1`,
    close: server.close,
    /** Answers as many calls from now on, and holds the others until what is returned is called. */
    hold: (answers: number) => {
      const { opened, open } = gate();
      held = { after: asked() + answers, until: opened };
      return () => {
        held = FREE;
        open();
      };
    },
  };
}
