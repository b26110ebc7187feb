/** A drain goes on while a budget refuses, says whom it waits for and why, and ends with the last pod or when told to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AGAIN, Draining, evicted, progress } from "../../static/js/app/draining.js";

const node = /** @type {any} */ ({ id: "nodes//node-1", key: "/nodes//node-1", name: "node-1" });
const pod = (/** @type {string} */ name, more = {}) => /** @type {any} */ ({ id: `pods/default/${name}`, uid: `u-${name}`, resource: "pods", ns: "default", name, node: "node-1", state: "ready", ...more });
const REFUSED = { message: "Cannot evict pod as it would violate the pod's disruption budget.", details: { causes: [{ message: "The disruption budget web needs 1 healthy pods and has 1 currently" }] } };
const WHY = `${REFUSED.message} ${REFUSED.details.causes[0].message}.`;

/** A page with these pods, whose server answers by the address; what is put off is run by hand. */
function town(/** @type {any[]} */ pods, /** @type {(path: string, how: any) => Response} */ answer) {
  /** @type {any[]} */ const told = [], asked = [], off = [];
  const app = /** @type {any} */ ({
    page: { urls: { api: "/k8s" } }, present: { objects: new Map(pods.map((each) => [each.id, each])), revision: 7 }, schedule: () => undefined,
    receive: (/** @type {any} */ frame) => told.push(frame), acts: { begin: () => "a1", note: () => undefined },
  });
  const draining = new Draining(app, (run, ms) => off.push({ run, ms }));
  globalThis.fetch = /** @type {any} */ (async (/** @type {string} */ path, /** @type {any} */ how) => (asked.push(path.split("/").slice(-2).join("/")), answer(path, how)));
  const gone = (/** @type {string} */ name) => (app.present.objects.delete(`pods/default/${name}`), draining.look());
  return { draining, told, asked, off, gone, says: (why = true) => progress(/** @type {any} */ (draining.under.get(node.id)), app.present.objects, why) };
}

const before = globalThis.fetch;
test.afterEach(() => (globalThis.fetch = before));

test("what DaemonSets keep, what ends already and what is elsewhere is left", () => {
  const all = [pod("web"), pod("logs", { workload: { kind: "DaemonSet" } }), pod("going", { deleting: true }), pod("done", { state: "completed" }), pod("far", { node: "node-2" }), { resource: "services", name: "web", node: "node-1" }];
  assert.deepEqual(evicted(all, "node-1").map(({ name }) => name), ["web"]);
});

test("it is over when the last pod is gone, not when its eviction was taken", async () => {
  const { draining, told, asked, gone, says } = town([pod("a"), pod("b")], () => Response.json({}));
  await draining.start(node);
  assert.deepEqual(asked, ["nodes/node-1", "a/eviction", "b/eviction"]);
  assert.equal(says(), "0 of 2 pods are gone. Waiting for a and b to end.");
  gone("a");
  assert.equal(says(), "1 of 2 pods are gone. Waiting for b to end.");
  gone("b");
  assert.deepEqual(told, [{ t: "done", id: "a1", revision: 7, kubectl: "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force" }]);
  assert.equal(draining.under.size, 0);
});

test("whom a budget keeps is asked for again, as often as it takes", async () => {
  let kept = true;
  const { draining, told, asked, off, gone, says } = town([pod("a"), pod("web")], (path) => (kept && path.includes("/web/") ? Response.json(REFUSED, { status: 429 }) : Response.json({})));
  await draining.start(node);
  gone("a");
  assert.equal(says(), `1 of 2 pods are gone. web stays for now: ${WHY}`);
  assert.equal(says(false), "1 of 2 pods are gone. web stays for now.");
  for (let round = 0; round < 3; round++) {
    const [{ run, ms }] = off.splice(0);
    assert.equal(ms, AGAIN);
    kept = round < 2;
    await run();
  }
  assert.deepEqual(asked.filter((each) => each.startsWith("web")).length, 4);
  assert.equal(says(), "1 of 2 pods are gone. Waiting for web to end.");
  gone("web");
  assert.deepEqual(told.map(({ t }) => t), ["say", "done"]);
});

test("who has waited long enough ends it, and is told what stays", async () => {
  const { draining, told, asked, off } = town([pod("web")], (path) => (path.endsWith("eviction") ? Response.json(REFUSED, { status: 429 }) : Response.json({})));
  await draining.start(node);
  draining.stop(node.id);
  assert.equal(told.at(-1).message, `The drain of node-1 was ended. 0 of 1 pod is gone. web stays for now: ${WHY} The node stays closed to new pods.`);
  await off[0].run();
  assert.equal(asked.length, 2);
});

test("a pod of the same name that came since is none of its own", async () => {
  const { draining, told, asked } = town([pod("db-0")], (path) => (path.endsWith("eviction") ? Response.json({ message: "the UID in the precondition does not match" }, { status: 409 }) : Response.json({})));
  const started = draining.start(node);
  await started;
  draining.app.present.objects.set("pods/default/db-0", pod("db-0", { uid: "u-other" }));
  draining.look();
  assert.deepEqual([told.map(({ t }) => t), asked.length], [["done"], 2]);
});

test("what it may not do ends it at once", async () => {
  const closed = town([pod("web")], () => Response.json({ message: "nodes \"node-1\" is forbidden" }, { status: 403 }));
  await closed.draining.start(node);
  assert.deepEqual([closed.asked, closed.told[0].message], [["nodes/node-1"], "node-1 could not be closed to new pods, so nothing was evicted. nodes \"node-1\" is forbidden"]);
  const kept = town([pod("web")], (path) => (path.endsWith("eviction") ? Response.json({ message: "no." }, { status: 403 }) : Response.json({})));
  await kept.draining.start(node);
  assert.equal(kept.told[0].message, "web could not be evicted: no. 0 of 1 pod is gone. Waiting for web to end. node-1 stays closed to new pods.");
});
