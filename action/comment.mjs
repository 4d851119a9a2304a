// Comments the summary on the pull request: one comment for each `name`, updated when it is there already. What stands
// in the way of a comment is told and changes no verdict.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { env } = process;
const event = existsSync(env.GITHUB_EVENT_PATH ?? "")
  ? JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8"))
  : {};
const number = Number(env.EVALS_PULL_REQUEST || event.pull_request?.number);
const summary = env.EVALS_FOLDER ? join(env.EVALS_FOLDER, "markdown.md") : "";
const marker = `<!-- evals: ${env.EVALS_NAME} -->`;
const issues = `${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}/issues`;

/** Text as the message of a workflow command. */
function data(text) {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    redirect: "error",
    signal: AbortSignal.timeout(30_000),
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${env.EVALS_TOKEN}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
  });
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${response.status}`);
  return response.json();
}

/** The comment of this name. A marker in the comment of anyone else is not ours. */
async function ownComment() {
  for (let page = 1; ; page++) {
    const comments = await call("GET", `${issues}/${number}/comments?per_page=100&page=${page}`);
    const own = comments.find(
      ({ user, body }) => user?.login === env.EVALS_COMMENT_AUTHOR && body?.startsWith(marker),
    );
    if (own !== undefined || comments.length < 100) return own;
  }
}

function commentBody() {
  const commit = event.pull_request?.head?.sha ?? env.GITHUB_SHA;
  const log = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
  return `${marker}\n${readFileSync(summary, "utf8")}\n<sub>Commit ${commit}. [Log and reports](${log}).</sub>\n`;
}

async function comment() {
  if (!Number.isSafeInteger(number) || number < 1) return "there is no pull request to comment on";
  if (!existsSync(summary)) return "there is no summary to comment";
  const body = commentBody();
  const own = await ownComment();
  if (own === undefined) await call("POST", `${issues}/${number}/comments`, body);
  else await call("PATCH", `${issues}/comments/${own.id}`, body);
  return undefined;
}

try {
  const notice = await comment();
  if (notice !== undefined) process.stdout.write(`::notice::evals: ${data(notice)}\n`);
} catch (error) {
  const hint = "a pull request from a fork has a token that may not comment; the job summary has it all";
  process.stdout.write(
    `::warning::evals: no comment was written, ${data(String(error?.message))}; ${hint}\n`,
  );
}
