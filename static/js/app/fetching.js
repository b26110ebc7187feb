/**
 * What the page fetches beside its live connection: the answer, or an Error that says in words why there is none. The one
 * place that knows what a network that is gone, a session that has ended and a busy server look like.
 */

/** A message that a person can read. `status` is 0 where nobody answered, `body` what the answer holds where that is JSON. */
export class Failure extends Error {
  /** @param {string} message @param {number} status @param {any} [body] */
  constructor(message, status, body = null) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export const SIGNED_OUT = "You are signed out. Load the page again to sign in.";
const AWAY = "The server cannot be reached.";

/** Whether nobody answered, or the answer broke off. A browser that leaves a page aborts what it waits for itself; an abort
 * that somebody asked for stays one. @param {unknown} problem @param {AbortSignal | null} [signal] */
export const cutOff = (problem, signal) => problem instanceof TypeError || (problem instanceof DOMException && problem.name === "AbortError" && !signal?.aborted);

/** The answer when it is a success. An abort stays an abort. @param {string} path @param {RequestInit} [how] @returns {Promise<Response>} */
export async function fetched(path, how = {}) {
  let response;
  try {
    response = await fetch(path, how);
  } catch (problem) {
    if (!cutOff(problem, how.signal)) throw problem;
    throw new Failure(AWAY, 0);
  }
  if (!response.ok) throw await failure(response);
  return response;
}

/** What a JSON answer holds. @param {string} path @param {RequestInit} [how] @returns {Promise<any>} */
export async function json(path, { headers, ...how } = {}) {
  const body = await textOf(path, { ...how, headers: { Accept: "application/json", ...headers } });
  try {
    return JSON.parse(body);
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) throw problem;
    throw new Failure("What the server answered cannot be read. Load the page again.", 200);
  }
}

/** An answer as text. @param {string} path @param {RequestInit} [how] */
export async function textOf(path, how = {}) {
  const response = await fetched(path, how);
  try {
    return await response.text();
  } catch (problem) {
    if (!cutOff(problem, how.signal)) throw problem;
    throw new Failure(AWAY, 0); // cut in the middle
  }
}

/** What an answer says that is no success. @param {Response} response */
export async function failure(response) {
  const body = await response.json().catch(() => null), own = typeof body?.message === "string" ? body.message : "";
  return new Failure(worded(response.status, own), response.status, body);
}

/** Its own sentence where it has one. Pure. @param {number} status @param {string} own what the answer says itself */
export function worded(status, own) {
  if (status === 401) return SIGNED_OUT;
  if (own) return own;
  if (status === 429) return "The server is asked too much at the moment. Try again in a while.";
  if (status === 502 || status === 503 || status === 504) return `The server is not ready (${status}). Try again in a while.`;
  if (status >= 500) return `The server met a fault of its own (${status}). Its log says more.`;
  return `The server answered ${status}.`;
}

/** What to tell of whatever was thrown while fetching; anything else is a fault of the page and goes on its way.
 * @param {unknown} problem */
export function told(problem) {
  if (problem instanceof Failure) return problem.message;
  throw problem;
}
