/** Finding, walking about, and the commands that do the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { spots, step } from "../../static/js/app/walkabout.js";
import { layout } from "../../static/js/layout.js";
import { commands } from "../../static/js/model/commands.js";
import { derive } from "../../static/js/model/derive.js";
import { find, looksLikeSelector, matching, meets, parseSelector } from "../../static/js/model/find.js";
import * as kubectl from "../../static/js/model/kubectl.js";
import { bandName, labelKey, podName, portText, serviceName, workloadName } from "../../static/js/picture/words.js";
import { initial, reduce } from "../../static/js/state.js";
import { crowd, demo, pod, snapshot, workload } from "./frames.js";

const state = (objects) => reduce(initial(), [snapshot(objects)], 1);

for (const [text, labels, met] of [
  ["app=web", { app: "web" }, true], ["app==web", { app: "web" }, true], ["app!=web", {}, true], ["app!=web", { app: "web" }, false],
  ["tier in (web, data)", { tier: "data" }, true], ["tier notin (web,data)", { tier: "data" }, false], ["tier notin (web)", {}, true],
  ["app", { app: "" }, true], ["!app", { app: "x" }, false], ["app=web,tier in (a,b)", { app: "web", tier: "b" }, true],
]) test(`selector ${text} ${met ? "keeps" : "drops"} ${JSON.stringify(labels)}`, () => assert.equal(meets(parseSelector(text), labels), met));

test("what is no selector", () => {
  for (const text of ["", "a b", "=x", "tier in web"]) assert.equal(parseSelector(text), null, text);
  assert.equal(looksLikeSelector("app-stateful-1"), false);
  assert.equal(looksLikeSelector("app=web"), true);
});

test("found by name, by the start of a name, by address", () => {
  const names = (text) => find(state(demo()), text).map(({ item }) => item.id);
  assert.equal(names("web")[0], "services/default/web");
  assert.equal(names("app-stateful-1")[0], "pods/default/app-stateful-1");
  assert.equal(names("app-stateful")[0], "statefulsets/default/app-stateful");
  assert.equal(names("10.244.0.11")[0], "pods/default/app-stateful-1");
  assert.equal(names("10.96.143.27")[0], "services/default/web");
  assert.deepEqual(names("no such thing"), []);
  assert.deepEqual(names("app=web-stateful"), ["pods/default/app-stateful-0", "pods/default/app-stateful-1", "pods/default/app-stateful-2"]);
});

test("a filter counts workloads and pods", () => {
  const { workloads, pods } = matching(derive(state(crowd())), parseSelector("tier in (web, data)"));
  assert.equal(workloads.size, 22);
  assert.equal(pods, 532);
});

test("arrow keys lead to the nearest thing in their direction, and back", () => {
  const picture = layout(state(demo()), { width: 1120 });
  const go = (from, ...keys) => keys.reduce((at, key) => step(picture, at, key)?.id ?? at, from);
  assert.equal(go("pods/default/app-stateful-0", "ArrowDown"), "pods/default/app-stateful-1");
  assert.equal(go("pods/default/app-stateful-1", "ArrowUp"), "pods/default/app-stateful-0");
  assert.equal(go("pods/default/app-stateful-1", "ArrowLeft"), "services/default/headless-svc-stateful");
  assert.equal(go("services/default/web", "ArrowUp"), "services/default/headless-svc-stateful");
  assert.equal(go("pods/default/app-stateful-1", "Escape"), "statefulsets/default/app-stateful");
  assert.equal(go("statefulsets/default/app-stateful", "Escape"), "namespaces//default");
  assert.equal(go("", "End"), "fold");
});

test("everything on the map can be reached from the first with arrow keys alone", () => {
  for (const options of [{ width: 1120 }, { width: 390, phone: true }, { width: 1120, level: "far" }, ...["workload", "node", "label"].flatMap((by) => ["near", "far"].map((level) => ({ width: 1120, level, view: { by, key: "tier" } })))]) {
    for (const objects of [demo(), crowd()]) {
      const picture = layout(state(objects), options), all = spots(picture), seen = new Set([all[0].id]), queue = [all[0].id];
      while (queue.length) for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
        const to = step(picture, queue[0], key);
        if (to && !seen.has(to.id)) { seen.add(to.id); queue.push(to.id); }
        if (key === "ArrowDown") queue.shift();
      }
      if (picture.tiles.length < 60 && all.length < 300) assert.deepEqual(all.filter((spot) => !seen.has(spot.id)).map((spot) => spot.id), []);
    }
  }
});

test("names for a screen reader", () => {
  const model = derive(state(demo(5, 3)));
  assert.equal(podName(model.pods.get("pods/default/app-stateful-1"), model), "Pod app-stateful-1, Ready, 10.244.0.11, in headless-svc-stateful and web");
  assert.equal(podName(model.pods.get("pods/default/app-stateful-3"), model), "Pod app-stateful-3, Creating, pulling image, held back from headless-svc-stateful and web: is not running yet");
  assert.equal(serviceName(model.services.get("services/default/web"), ""), "web, ClusterIP Service, 1 address 10.96.143.27, 3 pods behind it");
  assert.equal(serviceName(model.services.get("services/default/headless-svc"), "Selects nothing, no pod has app=web"), "headless-svc, headless Service, Selects nothing, no pod has app=web");
  assert.equal(workloadName([...model.workloads.values()][0]), "StatefulSet app-stateful, 3 of 5 ready, 1 creating, 1 empty seat");
});

test("a port says where it leads, and by which door", () => {
  assert.equal(portText({ name: "", port: 80, targetPort: 80, protocol: "TCP" }, false), "80/TCP");
  assert.equal(portText({ name: "tls", port: 443, targetPort: "web", protocol: "TCP", nodePort: 31087 }, false), "tls 443/TCP to web, node port 31087");
  assert.equal(portText({ port: 8080, targetPort: 80 }, true), "8080/TCP");
});

test("a Service whose pods are not Ready says so", () => {
  const own = (/** @type {object} */ more) => ({ item: { name: "web", clusterIP: "10.96.0.9", type: "ClusterIP", ...more }, shape: "cluster", published: 0, links: Array(2).fill({ why: "is not Ready" }), outside: [], entries: [] });
  assert.equal(serviceName(own({}), ""), "web, ClusterIP Service, 1 address 10.96.0.9, none of its 2 pods is Ready");
  assert.equal(serviceName({ ...own({}), shape: "headless" }, ""), "web, headless Service, no address, none of its 2 pods is Ready");
});

test("the same in kubectl", () => {
  assert.equal(kubectl.get(pod("default", "a-1")), "kubectl get pod a-1 -o wide");
  assert.equal(kubectl.remove(pod("shop", "a-1")), "kubectl delete pod a-1 -n shop");
  assert.equal(kubectl.scale(workload("statefulsets", "StatefulSet", "default", "app-stateful", 3), 5), "kubectl scale statefulset app-stateful --replicas=5");
});

test("commands are found by the beginnings of their words, in any order", () => {
  const does = (text) => commands(text).map((each) => each.does);
  assert.deepEqual(does("zoom"), ["near", "far"]);
  assert.deepEqual(does("out zo"), ["far"]);
  assert.deepEqual(does("THEME"), ["theme"]);
  assert.deepEqual(does("dns"), ["ask", "dns"]);
  assert.deepEqual(does("f"), [], "one letter is no word yet");
  assert.deepEqual(does("app-stateful"), []);
});

test("a label's band is called by key and value, and one without by that alone", () => {
  const band = (/** @type {string} */ id, /** @type {string} */ name) => bandName({ namespace: { id, name, sort: "label", workloads: [], services: [], folded: [], pods: 0, ready: 0 } });
  assert.equal(labelKey("labels/app.kubernetes.io/name/web"), "app.kubernetes.io/name");
  assert.match(band("labels/app.kubernetes.io/name/web", "web"), /^app\.kubernetes\.io\/name web, /);
  assert.match(band("labels/app/", "no app"), /^no app, /);
});
