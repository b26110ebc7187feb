/** What the page remembers of the log: without gaps, and not without end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../static/js/app/history.js";

const tick = (revision) => ({ revision, at: revision, id: "pods/default/a", kind: "pod", author: "", cause: "", person: false, words: "" });
const ticks = (from, to) => Array.from({ length: to - from }, (_, i) => tick(from + 1 + i));
const told = (from, to) => ticks(from, to).map(({ revision }) => ({ id: "pods/default/a", type: "MODIFIED", r: revision, at: revision, author: "", cause: "" }));

function page(answers = {}) {
  const app = { present: { log: [], revision: 0 }, page: { urls: { recent: "/recent" } }, schedule: () => undefined };
  globalThis.fetch = async (path) => Response.json(answers[new URL(path, "http://x").searchParams.get("upto") ?? ""] ?? null);
  return { app, history: new History(app) };
}

const live = (app, from, to) => { app.present = { log: ticks(from, to).slice(-600), revision: to }; };

test("what was fetched and what came since is one list", async () => {
  const { app, history } = page({ "": { floor: 0, head: 50, from: 10, changes: told(10, 50) } });
  history.from = 45;
  live(app, 45, 60);
  await history.fetch();
  assert.deepEqual(history.ticks.map(({ revision }) => revision), ticks(10, 60).map(({ revision }) => revision));
  assert.deepEqual(history.known, [{ from: 10, to: 60 }]);
});

test("what falls out of the state's own log stays, but not without end, and what is known shrinks with it", () => {
  const { app, history } = page();
  history.from = 100;
  for (let to = 200; to <= 8000; to += 100) {
    live(app, 100, to);
    assert.equal(history.ticks.at(-1).revision, to);
    assert.ok(history.ticks.length <= 3000);
    assert.equal(history.known.length, 1);
    assert.equal(history.known[0].from, history.ticks[0].revision - 1);
    assert.equal(history.known[0].to, to);
    assert.equal(history.ticks.length, to - history.known[0].from, "no gap");
  }
});

test("around a moment that is not known the log is asked once", async () => {
  const { app, history } = page({ 600: { floor: 0, head: 5000, from: 200, changes: told(200, 600) } });
  live(app, 4900, 5000);
  history.from = 4900;
  history.around(500);
  history.around(500);
  while (!history.ranges.length) await new Promise((done) => setImmediate(done));
  assert.deepEqual(history.known, [{ from: 200, to: 600 }, { from: 4900, to: 5000 }]);
  assert.equal(history.ticks.length, 500);
});
