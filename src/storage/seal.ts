import { hash } from "node:crypto";

const SEAL = /^(.*),"checksum":"([0-9a-f]{16})"\}$/s;

/** A JSON object's text with a checksum as its last key. */
export function sealed(body: string): string {
  return `${body.slice(0, -1)},"checksum":"${checksum(body)}"}`;
}

/** The text without its checksum, or why it cannot be believed. */
export function unsealed(text: string): { readonly body: string } | { readonly why: string } {
  const [, start, seal] = SEAL.exec(text) ?? [];
  if (start === undefined || seal === undefined) return { why: "it is not a whole record" };
  const body = `${start}}`;
  return checksum(body) === seal ? { body } : { why: "its checksum does not match" };
}

/** First 16 hex digits of the SHA-256 of the record without its checksum. */
function checksum(body: string): string {
  return hash("sha256", body, "hex").slice(0, 16);
}
