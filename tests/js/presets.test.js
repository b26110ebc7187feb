/** What the question's form is given before somebody types. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "../../static/js/model/derive.js";
import { isUntouched, preset, stands, UNSET } from "../../static/js/model/presets.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, endpoint, pod, service, slice, snapshot } from "./frames.js";

const model = (objects) => derive(reduce(initial(), [snapshot(objects)], 1));
const DNS = { "k8s-app": "kube-dns" };
const coredns = pod("kube-system", "coredns-a", { ip: "10.244.0.2", labels: DNS });
const system = [coredns, slice("kube-system", "kube-dns", [endpoint(coredns)])];
const first = { name: "headless-svc-stateful", pod: "app-stateful-0", namespace: "default" };

test("the system's own is preset to nobody; a pod of people's first Service is, as soon as it answers", () => {
  assert.equal(preset(model([...demo(3, 0), ...system])), null);
  assert.deepEqual(preset(model([...demo(), ...system])), first);
});

test("a Service in another namespace is asked for from there", () => {
  const one = pod("team", "x", { ip: "10.244.0.9", labels: { app: "x" } });
  assert.deepEqual(preset(model([...system, service("kube-system", "kube-dns", DNS), one, service("team", "x", { app: "x" }, "10.96.0.9"), slice("team", "x", [endpoint(one)])])), { name: "x", pod: "x", namespace: "team" });
});

test("what is preset stays while it can be asked, and never takes the place of what is typed", () => {
  assert.equal(stands(model(demo()), first), true);
  assert.equal(stands(model(demo(3, 0)), first), false);
  assert.equal(stands(model(demo()), UNSET), false);
  assert.equal(isUntouched({ ...first, type: "SRV" }, first), true);
  for (const typed of [{ name: "web" }, { name: "" }, { pod: "app-stateful-1" }]) assert.equal(isUntouched({ ...first, ...typed }, first), false);
});
