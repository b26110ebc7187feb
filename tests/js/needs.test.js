/** What needs a look. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "../../static/js/model/derive.js";
import { allNeeds, clusterNeeds, nodes, serviceNeeds, silentDns } from "../../static/js/model/needs.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, ingress, node, pod, snapshot } from "./frames.js";

const OUTAGE = "Nobody answers: the Deployment coredns is scaled to 0.";
const said = (code, text) => [{ level: "fail", code, text, seat: null }];
const shown = (objects, reasons) => {
  const state = reduce(initial(), [snapshot(objects, { reasons })], 1);
  return { state, model: derive(state) };
};
const lines = (needs) => needs.map((need) => `${need.level} ${need.id}: ${need.text}`);

test("a cluster that is well needs nothing", () => {
  const { state, model } = shown(demo(), {});
  assert.equal(silentDns(state, model), null);
  assert.deepEqual([clusterNeeds(state, model), serviceNeeds(state, model)], [[], []]);
});

test("no DNS comes first, then nodes that are not ready, and nothing twice", () => {
  const { state, model } = shown([...demo(), node("node-3"), { ...node("node-2"), ready: false, why: "Kubelet stopped posting node status." }], {
    "services/kube-system/kube-dns": [...said("selects-nothing", "Selects nothing."), ...said("dns-silent", OUTAGE)],
  });
  assert.deepEqual(lines(clusterNeeds(state, model)), [
    `fail services/kube-system/kube-dns: The cluster has no DNS. ${OUTAGE}`,
    "fail nodes//node-2: Not ready: Kubelet stopped posting node status.",
  ]);
  assert.deepEqual(serviceNeeds(state, model), []);
  assert.deepEqual(nodes(state).map((each) => each.name), ["node-2", "node-1", "node-3"]);
});

test("Services that answer nothing come before those that select nothing", () => {
  const { state, model } = shown(demo(), {
    "services/default/headless-svc": said("selects-nothing", "Selects nothing: no pod has app=web."), "services/default/web": said("answers-nothing", "web answers nothing on port 80."),
    "services/default/kubernetes": said("no-selector", "Has no selector."),
  });
  assert.deepEqual(lines(serviceNeeds(state, model)), ["fail services/default/web: web answers nothing on port 80.", "wait services/default/headless-svc: Selects nothing: no pod has app=web."]);
});

test("an Ingress to a Service that is not there needs a look", () => {
  const { state, model } = shown([...demo(), ingress("default", "shop", [["shop.example.com", "/", "web"], ["shop.example.com", "/api", "missing"]])], {
    "ingresses/default/shop": [...said("leads-nowhere", "Leads nowhere: there is no Service missing."), ...said("unserved", "Nothing outside reaches it.")],
  });
  assert.deepEqual(lines(serviceNeeds(state, model)), ["wait ingresses/default/shop: Leads nowhere: there is no Service missing."]);
});

test("a Service without selector whose endpoints nobody wrote is told of", () => {
  const { state, model } = shown(demo(), { "services/default/web": said("no-endpoints", "Has no selector, and nobody has written endpoints for it.") });
  assert.deepEqual(lines(serviceNeeds(state, model)), ["wait services/default/web: Has no selector, and nobody has written endpoints for it."]);
});

test("a Job that failed and has no pod left is told of by its own reason, not by seats", () => {
  const job = { ...demo()[0], id: "jobs/default/fails", resource: "jobs", kind: "Job", ns: "default", name: "fails", wanted: 1, ready: 0, labels: {} };
  const { state, model } = shown([...demo(), job], { "jobs/default/fails": said("failed", "Failed after 3 failed pods.") });
  assert.deepEqual(model.workloads.get("jobs/default/fails")?.counts, {});
  assert.deepEqual(lines(serviceNeeds(state, model)), ["fail jobs/default/fails: Failed after 3 failed pods."]);
});

test("all that needs a look: the cluster, workloads with the worst first, Services, and how many", () => {
  const mine = (name, state) => pod("default", name, { state, workload: { id: `deployments/default/${name}`, kind: "Deployment", name } });
  const { state, model } = shown([...demo(5, 3), { ...node("node-2"), ready: false }, mine("slow", "notready"), mine("broken", "failed"), mine("well", "ready")], { "services/default/headless-svc": said("selects-nothing", "Selects nothing.") });
  const { cluster, workloads, services, total } = allNeeds(state, model);
  assert.deepEqual([...cluster, ...workloads, ...services].map(({ name }) => name), ["node-2", "broken", "slow", "app-stateful", "headless-svc"]);
  assert.equal(total, 5);
});
