const KEY_SHAPES =
  /\b(?:sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{16,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,})/;
const KEY_NAME = /^(?:.*[_-])?(?:api[_-]?key|token|secret|password|authorization)$/i;
const NAMED_VALUE =
  /(\b(?:[\w-]*[_-])?(?:api[_-]?key|token|secret|password|authorization)["']?\s*:\s*)([^,}#\n]+)/gi;

/** Whether a text holds something shaped like a provider's key. */
export function looksLikeKey(text: string): boolean {
  return KEY_SHAPES.test(text);
}

/** Whether a key of the suite says that its value is a secret. */
export function namesSecret(name: string): boolean {
  return KEY_NAME.test(name);
}

/** A line of the suite with every secret starred out at its own length, so that a message never prints one. */
export function redact(line: string): string {
  return line
    .replace(new RegExp(KEY_SHAPES, "g"), (secret) => "*".repeat(secret.length))
    .replace(NAMED_VALUE, (_, name: string, value: string) => name + "*".repeat(value.length));
}
