/** Why the pods of a workload are ill, each cause once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { podCauses, several } from "../../static/js/model/causes.js";
import { weighed } from "../../static/js/panels/folding.js";

const pod = (name, state = "failed", why = "") => ({ id: `pods/default/${name}`, name, state, why });
const said = (level, text) => [{ level, text, code: "", seat: null }];
const TAG = "nginx:nosuchtag cannot be pulled: nginx has no tag nosuchtag.", ROOM = "Not scheduled: none of 1 nodes will do (1 Insufficient cpu).";
const lines = (pods, reasons) => podCauses({ pods }, new Map(Object.entries(reasons).map(([name, list]) => [`pods/default/${name}`, list]))).map((cause) => `${cause.level} ${several(cause.pods.map((each) => each.name))}: ${cause.text}`);

test("pods that have the same cause share it", () => {
  const pods = ["a", "b", "c"].map((name) => pod(name));
  assert.deepEqual(lines(pods, { a: said("fail", TAG), b: said("fail", TAG), c: said("fail", TAG) }), [`fail a and 2 more: ${TAG}`]);
});

test("what is broken stands before what waits, then what most have", () => {
  const pods = [pod("a", "pending"), pod("b", "pending"), pod("c"), pod("d"), pod("e")];
  assert.deepEqual(lines(pods, { a: said("wait", ROOM), b: said("wait", ROOM), c: said("fail", "It crashes."), d: said("fail", TAG), e: [...said("wait", "later"), ...said("fail", TAG)] }), [
    `fail d and e: ${TAG}`, "fail c: It crashes.", `wait a and b: ${ROOM}`,
  ]);
});

test("a pod that has ended says how, and one that is well or leaves says nothing", () => {
  const pods = [pod("a", "failed", "c ended with 1"), pod("b", "ready"), pod("c", "completed"), pod("d", "terminating"), pod("e", "failed")];
  assert.deepEqual(lines(pods, { b: said("fail", "x"), d: said("wait", "y") }), ["fail a: c ended with 1."]);
});

test("nothing has a tick beside what is broken", () => {
  const ready = said("ok", "2 of 2 ready.")[0], left = said("fail", "Port 80 is left out of a.")[0];
  assert.deepEqual(weighed([ready, left]), [left, { ...ready, level: "info" }]);
  assert.deepEqual(weighed([ready]), [ready]);
});
