/** A log that cannot be had yet: the reason is told, and it is asked for again when its pod changes. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Logs } from "../../static/js/app/logs.js";

const WAITS = 'container "c" in pod "web" is waiting to start: trying and failing to pull image';
const pod = (/** @type {number} */ rv) => /** @type {any} */ ({ uid: "u", ns: "default", name: "web", restarts: 0, rv });

/** Logs over a server that answers so; `asked` counts, `ended` resolves with the end of what is followed next. */
function followed() {
  const app = { page: { urls: { api: "/k8s" } }, drawn: () => {}, schedule: () => app.drawn() }, logs = new Logs(/** @type {any} */ (app));
  return { logs, asked: 0, answer: () => new Response(""), ended: () => new Promise((resolve) => (app.drawn = () => logs.ended && resolve(null))) };
}

const before = globalThis.fetch;
afterEach(() => { globalThis.fetch = before; });

test("an empty log that ended at once is asked for again when its pod has a node", async () => {
  const server = followed(), { logs } = server;
  globalThis.fetch = async () => (server.asked++, server.answer());
  let done = server.ended();
  logs.follow(pod(7), "c");
  await done;
  logs.follow(pod(7), "c");
  assert.deepEqual([server.asked, logs.lines], [1, []]);
  done = server.ended();
  server.answer = () => new Response("hello\n");
  logs.follow(pod(8), "c");
  await done;
  assert.deepEqual([server.asked, logs.lines], [2, ["hello"]]);
});

test("a refused log is asked for once for each state of its pod", async () => {
  const server = followed(), { logs } = server;
  globalThis.fetch = async () => (server.asked++, server.answer());
  server.answer = () => Response.json({ message: WAITS }, { status: 400 });
  let done = server.ended();
  for (let draw = 0; draw < 5; draw++) logs.follow(pod(7), "c");
  await done;
  for (let draw = 0; draw < 5; draw++) logs.follow(pod(7), "c");
  assert.deepEqual([server.asked, logs.problem], [1, WAITS]);
  done = server.ended();
  server.answer = () => new Response("hello\n");
  logs.follow(pod(8), "c");
  await done;
  assert.deepEqual([server.asked, logs.problem, logs.lines], [2, "", ["hello"]]);
  logs.follow(pod(9), "c");
  assert.equal(server.asked, 2);
});
