// A text as part of an address, behind the "#": packed, kept nowhere, never sent to a server.

/** @typedef {{ text: string, namespace: string, leftOut: string[] }} Draft */

const PREFIX = "#draft=";
export const LONGEST = 16_000;
const MOST_UNPACKED = 4 * 1024 * 1024;

/** @param {Draft} draft @returns {Promise<string>} "#draft=…" */
export async function packed(draft) {
  const bytes = new TextEncoder().encode(JSON.stringify([draft.text, draft.namespace, draft.leftOut]));
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const small = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (const byte of small) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} hash as in location.hash @returns {Promise<Draft|null|undefined>} undefined: there is none; null: it is damaged or too large */
export async function unpacked(hash) {
  if (!hash.startsWith(PREFIX)) return undefined;
  try {
    const binary = atob(hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
    const value = JSON.parse(await bounded(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))));
    const [text, namespace, leftOut] = Array.isArray(value) ? value : [];
    if (typeof text !== "string" || typeof namespace !== "string" || !Array.isArray(leftOut)) return null;
    return { text, namespace, leftOut: leftOut.filter((each) => typeof each === "string") };
  } catch {
    return null; // atob, the stream and JSON each have an error of their own for the same: it is none of ours
  }
}

/** A small address may unpack to any size: reading ends where no text of ours can be. @param {ReadableStream<Uint8Array>} stream */
async function bounded(stream) {
  const reader = stream.getReader(), decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "", size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MOST_UNPACKED) {
      await reader.cancel();
      throw new RangeError("too large");
    }
    text += decoder.decode(value, { stream: true });
  }
}
