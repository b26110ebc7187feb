/** The dialect of exec and attach: frames whose first byte says what they are about. Pure. */

export const DIALECT = "v5.channel.k8s.io";
const STDIN = 0, STDOUT = 1, STDERR = 2, ERROR = 3, RESIZE = 4;

/** @param {number} channel @param {Uint8Array} bytes */
function frame(channel, bytes) {
  const made = new Uint8Array(bytes.length + 1);
  made[0] = channel;
  made.set(bytes, 1);
  return made;
}

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** What somebody typed. @param {string} text */
export const typed = (text) => frame(STDIN, encoder.encode(text));

/** The size of the terminal. @param {number} columns @param {number} rows */
export const resized = (columns, rows) => frame(RESIZE, encoder.encode(JSON.stringify({ Width: columns, Height: rows })));

/**
 * What a frame says: output to show, or how it ended.
 * @param {ArrayBuffer} data
 * @returns {{output: Uint8Array} | {end: {ok: boolean, code: number|null, message: string}} | null}
 */
export function heard(data) {
  const bytes = new Uint8Array(data);
  if (bytes.length === 0) return null;
  const rest = bytes.subarray(1);
  if (bytes[0] === STDOUT || bytes[0] === STDERR) return rest.length ? { output: rest } : null;
  if (bytes[0] !== ERROR) return null;
  return { end: ending(decoder.decode(rest)) };
}

/** @param {string} text a Status */
function ending(text) {
  try {
    const status = JSON.parse(text);
    if (status.status === "Success") return { ok: true, code: 0, message: "" };
    const cause = (status.details?.causes ?? []).find((/** @type {{reason?: string}} */ each) => each.reason === "ExitCode");
    return { ok: false, code: cause ? Number(cause.message) : null, message: String(status.message ?? "") };
  } catch {
    return { ok: false, code: null, message: text };
  }
}

/** How it ended, as a sentence. @param {{ok: boolean, code: number|null, message: string}} end */
export const sentence = (end) => (end.ok ? "The shell has ended." : end.code !== null ? `The shell has ended with ${end.code}.` : `The shell has ended: ${end.message}`);
