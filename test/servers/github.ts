import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface GithubComment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** GitHub's issue comments on the loopback interface. */
export interface GithubServer {
  readonly url: string;
  readonly comments: GithubComment[];
  readonly requests: string[];
  /** Refuses what writes, as GitHub does with the token of a fork. */
  setReadOnly(value: boolean): void;
  close(): Promise<void>;
}

/** Starts a server that lists 100 comments a page and writes as `github-actions[bot]`. */
export async function githubServer(): Promise<GithubServer> {
  const comments: GithubComment[] = [];
  const requests: string[] = [];
  let isReadOnly = false;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    requests.push(`${request.method} ${url.pathname} ${request.headers.authorization}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const reply = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (request.method === "GET") {
      const page = Number(url.searchParams.get("page"));
      reply(200, comments.slice((page - 1) * 100, page * 100));
      return;
    }
    if (isReadOnly) {
      reply(403, { message: "Resource not accessible by integration" });
      return;
    }
    const { body } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const own = comments.find(({ id }) => url.pathname.endsWith(`/issues/comments/${id}`));
    if (request.method === "PATCH" && own !== undefined) own.body = body;
    else if (request.method === "POST" && url.pathname === "/repos/team/product/issues/12/comments")
      comments.push({ id: 1000 + comments.length, user: { login: "github-actions[bot]" }, body });
    else {
      reply(404, {});
      return;
    }
    reply(200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    comments,
    requests,
    setReadOnly: (value) => {
      isReadOnly = value;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
