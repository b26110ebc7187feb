/** Why a pod is in a Service and not in one that is near. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "../../static/js/model/derive.js";
import { podMemberships, serviceMemberships } from "../../static/js/model/membership.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, endpoint, pod, seated, service, slice, snapshot, workload } from "./frames.js";

const model = (objects) => derive(reduce(initial(), [snapshot(objects)], 1));
const line = ({ level, how, about, text }) => `${level} ${how} ${about.map(({ name }) => name).join(", ")}: ${text}`;
const ofPod = (m, name, ns = "default") => podMemberships(m.pods.get(`pods/${ns}/${name}`), m).map(line);
const ofService = (m, name, ns = "default") => serviceMemberships(m.services.get(`services/${ns}/${name}`), m).map(line);

const STABLE = { app: "shop", track: "stable" };
const home = (name) => ({ id: `deployments/default/${name}`, kind: "Deployment", name });
const made = (of, name, labels, more = {}) => pod("default", name, { labels, ip: `10.1.0.${name.length}`, workload: home(of), ...more });
/** A Service with the slices its ready pods give it. */
const served = (name, selector, pods, more = {}) => [service("default", name, selector, "10.96.0.9", more), slice("default", name, pods.map(endpoint))];

test("the article's pod is in two Services for one reason, came in its turn, and is not in the one that selects nothing", () => {
  const m = model(demo(3));
  assert.deepEqual(ofPod(m, "app-stateful-1"), [
    "ok In headless-svc-stateful, web: has app=web-stateful and is Ready.",
    "ok Created after app-stateful-0: was Ready.",
    "wait Not in headless-svc: it selects app=web; this pod has app=web-stateful.",
  ]);
  assert.equal(ofPod(m, "app-stateful-0").some((text) => text.includes("Created after")), false);
});

test("one Service, one line; Services of other apps are not near", () => {
  const web = made("web", "web-a", { app: "web" }), db = made("db", "db-a", { app: "db" });
  const m = model([workload("deployments", "Deployment", "default", "web", 1, { selector: { app: "web" } }), web, db, ...served("web", { app: "web" }, [web]), ...served("db", { app: "db" }, [db])]);
  assert.deepEqual(ofPod(m, "web-a"), ["ok In web: has app=web and is Ready."]);
});

test("label by label: what is selected beside what the pod has, or lacks", () => {
  const one = made("shop", "shop-a", STABLE), two = made("canary", "canary-a", { app: "shop", track: "canary" }), old = made("old", "old-a", { app: "shop" });
  const m = model([one, two, old, ...served("stable", STABLE, [one]), ...served("canary", { app: "shop", track: "canary" }, [two]), ...served("all", { app: "shop" }, [one, two, old])]);
  assert.deepEqual(ofPod(m, "shop-a"), [
    "ok In all: has app=shop and is Ready.", "ok In stable: has app=shop and track=stable and is Ready.",
    "info Not in canary: it selects app=shop and track=canary; this pod has track=stable.",
  ]);
  assert.equal(ofPod(m, "old-a").at(-1), "info Not in stable: it selects app=shop and track=stable; this pod has no track.");
  assert.deepEqual(ofService(m, "stable"), [
    "ok Selects shop: its pod has app=shop and track=stable.",
    "info Not canary-a: has track=canary where track=stable is selected.", "info Not old-a: has no track where track=stable is selected.",
  ]);
});

test("a Service of another namespace is never near", () => {
  const one = made("shop", "shop-a", STABLE), m = model([one, service("other", "shop", STABLE)]);
  assert.deepEqual(ofPod(m, "shop-a"), []);
});

test("chosen and left out says why, and waits only where it may come in", () => {
  const slow = made("web", "web-a", { app: "web" }, { state: "notready" }), ends = made("web", "web-bb", { app: "web" }, { state: "terminating", deleting: true }), m = model([slow, ends, ...served("web", { app: "web" }, [slow, ends])]);
  assert.deepEqual(ofPod(m, "web-a"), ["wait Left out of web: has app=web, but is not Ready."]);
  assert.deepEqual(ofPod(m, "web-bb"), ["info Left out of web: has app=web, but is ending."]);
});

test("a pod that is published though it is not Ready", () => {
  const slow = made("web", "web-a", { app: "web" }, { state: "notready" }), m = model([slow, ...served("web", { app: "web" }, [slow], { publishNotReady: true })]);
  assert.deepEqual(ofPod(m, "web-a"), ["info In web: has app=web, and is published though it is not Ready: publishNotReadyAddresses is on."]);
});

test("endpoints by hand, and other names for elsewhere", () => {
  const one = made("web", "web-a", { app: "web" }), m = model([one, ...served("by-hand", null, [one]), service("default", "away", null, "", { type: "ExternalName", externalName: "example.com" })]);
  assert.deepEqual(ofPod(m, "web-a"), ["ok In by-hand: its endpoints, kept by hand, name it."]);
  assert.deepEqual(ofService(m, "by-hand"), []);
});

test("the Service that names a StatefulSet's pods is near though it selects others", () => {
  const mine = seated("default", "db", 0, "db", { app: "db" }), other = made("web", "web-a", { role: "web" }), m = model([workload("statefulsets", "StatefulSet", "default", "db", 1, { serviceName: "db", selector: { app: "db" } }), mine, other, ...served("db", { role: "web" }, [other])]);
  assert.deepEqual(ofPod(m, "db-0"), ["info Not in db: it selects role=web; this pod has no role."]);
});

test("a Service says workload by workload what it selects, and of a workload's pods which it does not", () => {
  const pods = ["a", "bb", "ccc"].map((name) => made("web", `web-${name}`, name === "ccc" ? { app: "debug" } : { app: "web" })), loose = pod("default", "alone", { labels: { app: "web" }, ip: "10.1.0.99" });
  const m = model([...pods, loose, ...served("web", { app: "web" }, [pods[0], pods[1], loose])]);
  assert.deepEqual(ofService(m, "web"), [
    "ok Selects alone: has app=web.", "ok Selects web: 2 of its 3 pods have app=web.", "info Not web-ccc: has app=debug where app=web is selected.",
  ]);
});

test("pods that come all at once did not wait for one another", () => {
  const labels = { app: "db" }, m = model([workload("statefulsets", "StatefulSet", "default", "db", 2, { policy: "Parallel", selector: labels }), seated("default", "db", 0, "db", labels), seated("default", "db", 1, "db", labels)]);
  assert.deepEqual(ofPod(m, "db-1"), []);
});
