/** A log that cannot be had yet: the reason is told, and it is asked for again when its pod changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Logs } from "../../static/js/app/logs.js";

const WAITS = 'container "c" in pod "web" is waiting to start: trying and failing to pull image';
const pod = (/** @type {number} */ rv) => /** @type {any} */ ({ uid: "u", ns: "default", name: "web", restarts: 0, rv });

test("an empty log that ended at once is asked for again when its pod has a node", async () => {
  const before = globalThis.fetch, app = { page: { urls: { api: "/k8s" } }, drawn: () => {}, schedule: () => app.drawn() };
  let asked = 0, text = "";
  globalThis.fetch = async () => (asked++, new Response(text));
  const logs = new Logs(/** @type {any} */ (app)), settled = () => new Promise((resolve) => (app.drawn = () => logs.ended && resolve(null)));
  try {
    let done = settled();
    logs.follow(pod(7), "c");
    await done;
    logs.follow(pod(7), "c");
    assert.deepEqual([asked, logs.lines], [1, []]);
    done = settled();
    text = "hello\n";
    logs.follow(pod(8), "c");
    await done;
    assert.deepEqual([asked, logs.lines], [2, ["hello"]]);
  } finally {
    globalThis.fetch = before;
  }
});

test("a refused log is asked for once for each state of its pod", async () => {
  const before = globalThis.fetch, app = { page: { urls: { api: "/k8s" } }, drawn: () => {}, schedule: () => app.drawn() };
  let asked = 0, answer = () => Response.json({ message: WAITS }, { status: 400 });
  globalThis.fetch = async () => (asked++, answer());
  const logs = new Logs(/** @type {any} */ (app)), settled = () => new Promise((resolve) => (app.drawn = () => logs.ended && resolve(null)));
  try {
    let done = settled();
    for (let draw = 0; draw < 5; draw++) logs.follow(pod(7), "c");
    await done;
    for (let draw = 0; draw < 5; draw++) logs.follow(pod(7), "c");
    assert.deepEqual([asked, logs.problem], [1, WAITS]);
    done = settled();
    answer = () => new Response("hello\n");
    logs.follow(pod(8), "c");
    await done;
    assert.deepEqual([asked, logs.problem, logs.lines], [2, "", ["hello"]]);
    logs.follow(pod(9), "c");
    assert.equal(asked, 2);
  } finally {
    globalThis.fetch = before;
  }
});
