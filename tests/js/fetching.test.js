/** What the page says when something cannot be fetched: one table of words for all that goes wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure, fetched, json, textOf, told, worded } from "../../static/js/app/fetching.js";

/** @param {() => Response|Promise<Response>} answer @param {() => Promise<unknown>} ask */
async function answered(answer, ask) {
  const before = globalThis.fetch;
  globalThis.fetch = async () => answer();
  try {
    return await ask();
  } catch (problem) {
    return problem;
  } finally {
    globalThis.fetch = before;
  }
}

const said = (/** @type {unknown} */ body, /** @type {number} */ status) => () => Response.json(body, { status });
const cut = () => new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError("network error")) }));

test("what an answer says itself is told, but for an ended session", () => {
  assert.equal(worded(404, 'pods "web-9" not found'), 'pods "web-9" not found');
  assert.equal(worded(401, "Unauthorized"), "You are signed out. Load the page again to sign in.");
  assert.match(worded(429, ""), /asked too much/);
  assert.match(worded(502, ""), /is not ready \(502\)/);
  assert.match(worded(500, ""), /fault of its own \(500\)/);
  assert.equal(worded(418, ""), "The server answered 418.");
});

test("every way of failing is a Failure with words", async () => {
  const rows = /** @type {const} */ ([
    [() => { throw new TypeError("Failed to fetch"); }, 0, "The server cannot be reached."],
    [said({ message: "This page is not yours." }, 403), 403, "This page is not yours."],
    [() => new Response("<h1>Bad Gateway</h1>", { status: 502 }), 502, "The server is not ready (502). Try again in a while."],
    [() => new Response("<h1>Sign in</h1>"), 200, "What the server answered cannot be read. Load the page again."],
    [cut, 0, "The server cannot be reached."],
  ]);
  for (const [answer, status, words] of rows) {
    const problem = await answered(answer, () => json("/x"));
    assert.ok(problem instanceof Failure, words);
    assert.equal(problem.status, status);
    assert.equal(told(problem), words);
  }
});

test("a refusal keeps what it holds", async () => {
  const problem = await answered(said({ message: "refused", details: { causes: [1] } }, 422), () => json("/x"));
  assert.deepEqual(problem instanceof Failure && problem.body.details, { causes: [1] });
});

test("a success is what it is, and JSON is asked for as such", async () => {
  assert.deepEqual(await answered(said({ a: 1 }, 200), () => json("/x")), { a: 1 });
  assert.equal(await answered(() => new Response("kind: Pod"), () => textOf("/x")), "kind: Pod");
});

test("what a browser aborts itself, as it leaves a page, is an answer that does not come", async () => {
  const aborted = new DOMException("The operation was aborted. ", "AbortError");
  for (const how of [{}, { signal: new AbortController().signal }]) {
    const problem = await answered(() => { throw aborted; }, () => fetched("/x", how));
    assert.equal(problem instanceof Failure && problem.status, 0);
  }
});

test("an abort stays an abort, and a fault of the page is none of the network's", async () => {
  const aborted = new DOMException("stop", "AbortError");
  assert.equal(await answered(() => { throw aborted; }, () => fetched("/x", { signal: AbortSignal.abort() })), aborted);
  assert.throws(() => told(new RangeError("a fault")), RangeError);
});
