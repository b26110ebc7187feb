/** What lists of forms show as the cluster changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { listed, withChosen } from "../../static/js/app/lists.js";

const thing = (/** @type {string} */ resource, /** @type {string} */ name, more = {}) => /** @type {[string, any]} */ ([`${resource}/${name}`, { resource, name, ns: "default", ip: "10.0.0.1", state: "ready", ...more }]);
const state = /** @type {any} */ ({ objects: new Map([
  thing("namespaces", "shop", { ns: "" }), thing("namespaces", "default", { ns: "" }), thing("services", "web"),
  thing("pods", "web-10"), thing("pods", "web-2"), thing("pods", "other", { ns: "shop" }), thing("pods", "going", { deleting: true }), thing("pods", "done", { state: "completed" }), thing("pods", "new", { ip: "" }), thing("pods", "crashed", { state: "failed", running: false }), thing("pods", "web-3", { state: "notready", running: true }),
]) });

test("namespaces by name, and the pods that run in one", () => {
  assert.deepEqual(listed("namespaces", state, "default"), ["default", "shop"]);
  assert.deepEqual(listed("pods", state, "default"), ["web-2", "web-3", "web-10"]);
  assert.deepEqual(listed("pods", state, "shop"), ["other"]);
  assert.deepEqual(listed("pods", state, "none"), []);
});

test("what is chosen stays", () => {
  assert.deepEqual(withChosen(["a", "c"], "b"), ["a", "b", "c"]);
  assert.deepEqual(withChosen(["a"], "a"), ["a"]);
  assert.deepEqual(withChosen(["a"], ""), ["a"]);
});
