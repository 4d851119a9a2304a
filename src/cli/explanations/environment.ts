import { type Explanation, NOTHING_BEGUN } from "./explanation.ts";

/** Keys, hosts, models and packages that a run needs and does not find. */
export const ENVIRONMENT: readonly Explanation[] = [
  {
    code: "E2001",
    title: "the provider refused the key",
    means:
      "The server answered 401 or 403 when it was asked, before the first case, whether it has the model.",
    why: "Every call would be refused in the same way. No other model is started either: a comparison needs both sides.",
    steps: [
      {
        text: "Check that the variable holds the key of this provider, whole and not revoked. evals doctor tells which variables are set, never their values:",
        paste: "evals doctor SUITE",
      },
      { text: "A key may be kept to some projects, models or addresses: the provider's page of keys tells." },
      {
        text: "If the key stands in another variable, name it:",
        paste: "gpt: { backend: openai, model: gpt-4o-2024-08-06, api_key_env: TEAM_KEY }",
      },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2002",
    title: "the variable that should hold the key is not set",
    means:
      "The environment variable of a key is missing or empty: of a model on a public host, or of any model whose api_key_env names it.",
    why: "Keys are taken from the environment alone, never from a suite; without one the server would refuse every call.",
    steps: [
      { text: "Set it in the shell that runs evals:", paste: "export OPENAI_API_KEY=…" },
      {
        text: "In CI, hand the secret to the step:",
        paste: `env: { OPENAI_API_KEY: "\${{ secrets.OPENAI_API_KEY }}" }`,
      },
      {
        text: "To try a suite without a key, put a simulated model in its place:",
        paste: "gpt: { backend: simulated, model: gpt, accuracy: 0.9 }",
      },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2003",
    title: "the key would go where it should not",
    means:
      "The address of a model is a public host other than the provider's own and is not allowed by name; or it is http over a public network; or it is no http(s) address, or has a login in it.",
    why: "A changed base_url in a pull request is all it takes to send a key to a stranger. Which hosts are trusted is therefore said by the environment, never by the suite.",
    steps: [
      {
        text: "If you trust the host, allow it by name where evals runs; several are separated by commas:",
        paste: "export EVALS_ALLOW_HOSTS=openrouter.ai",
      },
      {
        text: "Use https. http is for this machine and for private networks (10.*, 172.16.* to 172.31.*, 192.168.*).",
      },
      {
        text: "If you did not expect another host, look at who changed base_url:",
        paste: "git log -S base_url -- SUITE",
      },
    ],
    cost: "0 calls made: the key was sent to nobody. A run that was being resumed stays as it was.",
  },
  {
    code: "E2004",
    title: "the server does not have the model",
    means:
      "The provider, or the Ollama server, was asked before the first case and knows no model of that name; the names that it has and that are nearest are told.",
    why: "Every call would fail. Which other model is meant cannot be guessed: that is what the suite is there to compare.",
    steps: [
      { text: "For Ollama, pull it, with its tag:", paste: "ollama pull llama3.1:8b" },
      {
        text: "Else take the provider's name for it, letter by letter; providers retire dated names:",
        paste: "claude: { backend: anthropic, model: claude-sonnet-5 }",
      },
      { text: "Some models are only for some accounts: the provider's list of models is that of your key." },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2005",
    title: "no server answers where the model should be",
    means:
      "Nothing answered at the address within 2 seconds: the name is unknown, the connection was refused, a certificate is not trusted, or a proxy or firewall keeps quiet.",
    why: "A run that begins without one of its models can decide nothing, and would spend money on the others.",
    steps: [
      { text: "Start a local server:", paste: "ollama serve" },
      { text: "If Ollama runs elsewhere, say where:", paste: "export OLLAMA_HOST=http://192.168.1.20:11434" },
      {
        text: "Behind a proxy, or with certificates of your own:",
        paste:
          "export HTTPS_PROXY=http://proxy.example:3128\nexport NODE_EXTRA_CA_CERTS=/etc/ssl/own-authority.pem",
      },
      { text: "Look at all hosts of the suite at once:", paste: "evals doctor SUITE" },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2006",
    title: "the model failed when it was tried, before the first case",
    means:
      "It failed in a way that has no code of its own: a module does not load or exports no function of the name, a server answered with an error or with something that is no list of models, or turned the question down for now.",
    why: "What fails for the simplest question will fail for every case.",
    steps: [
      {
        text: "For a module, load it alone and see what it says:",
        paste: "node -e \"import('./evals/model.mjs').then(console.log)\"",
      },
      {
        text: "For a server, check that base_url ends where its API begins, mostly in /v1:",
        paste: "base_url: http://localhost:8000/v1",
      },
      { text: "After a 429 or a 5xx, wait a little and start again." },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2007",
    title: "the account has no credit, or its quota is used up",
    means:
      "The provider answered 402, or 429 with the reason that the quota is spent, when it was asked before the first case.",
    why: "Unlike a rate limit this does not pass by waiting: retries would only take time.",
    steps: [
      { text: "Add credit, or raise the limit of the project, at the provider; then start again." },
      {
        text: "If another account is meant, set its key, or name the variable that holds it:",
        paste: "gpt: { backend: openai, model: gpt-4o-2024-08-06, api_key_env: TEAM_KEY }",
      },
      { text: "See before what a run would cost:", paste: "evals plan SUITE" },
    ],
    cost: NOTHING_BEGUN,
  },
  {
    code: "E2008",
    title: "the packages of a sandbox are not installed",
    means:
      "A scorer runs code or queries that models write, and the package that encloses JavaScript, Python or SQL is not there. They are no part of evals, as most suites need none.",
    why: "Without the sandbox the code would run with all rights of this user; it is never run so.",
    steps: [
      {
        text: "Run the line of the message in the project that has evals; it names the versions that are tested. For Python:",
        paste: "npm install --save-dev pyodide@314.0.7",
      },
      { text: "See which are found:", paste: "evals doctor" },
    ],
    cost: NOTHING_BEGUN,
  },
];
