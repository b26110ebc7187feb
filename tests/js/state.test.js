/** Frames in, state out. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { age, clusterTime, FRESH, initial, outcome, reduce, sameAnswer, ticksOf } from "../../static/js/state.js";
import { demo, demoReasons, pod, service, snapshot, T0 } from "./frames.js";

const STORY = JSON.parse(readFileSync(new URL("../data/frames/story.json", import.meta.url), "utf8"));
const from = (...frames) => reduce(initial(), frames, 1000);
const live = () => from(snapshot(demo(3), { reasons: demoReasons(3, 3) }));
const put = (item, r, more = {}) => ({ op: "put", item: { ...item, rv: r }, r, author: "kubelet", cause: "status", at: T0, ...more });
const changes = (revision, ...list) => ({ t: "changes", revision, time: T0 + 1, changes: list });

test("a snapshot replaces everything and the page is live", () => {
  const state = reduce(live(), [snapshot([service("default", "only", null)], { revision: 900 })], 2000);
  assert.deepEqual([...state.objects.keys()], ["services/default/only"]);
  assert.equal(state.revision, 900);
  assert.equal(state.phase, "live");
});

test("a snapshot may go back: a restored cluster has a lower revision than the page saw", () => {
  assert.equal(reduce(live(), [snapshot([], { revision: 7 })], 2000).revision, 7);
});

test("who asked for an end is told, not who saw to it", () => {
  const before = live(), one = before.objects.get("pods/default/app-stateful-1"), ending = { ...one, deleting: true, state: "terminating" };
  const asked = { ...put(ending, 414), author: "Sam" }, seen = { ...put({ ...ending, rv: 415 }, 415), author: "kubelet" };
  const state = reduce(before, [changes(416, asked, seen, { op: "drop", id: one.id, r: 416, author: "kubelet", cause: "reconcile", at: T0 })], 5000);
  assert.equal(state.gone.get(one.id).author, "Sam");
});

test("changes put and drop; reasons come and go by id", () => {
  const before = live(), one = before.objects.get("pods/default/app-stateful-1");
  const state = reduce(before, [
    changes(414, put({ ...one, state: "failed", word: "Failed" }, 413), { op: "drop", id: "pods/default/app-stateful-2", r: 414, author: "Sam", cause: "delete", at: T0 }),
    { t: "reasons", revision: 415, reasons: { "services/default/headless-svc": [], "pods/default/x": [{ level: "ok", text: "Yes.", code: "", seat: null }] } },
  ], 5000);
  assert.equal(state.objects.get(one.id).state, "failed");
  assert.equal(state.objects.has("pods/default/app-stateful-2"), false);
  assert.deepEqual(state.gone.get("pods/default/app-stateful-2").author, "Sam");
  assert.equal(state.reasons.has("services/default/headless-svc"), false);
  assert.equal(state.reasons.get("pods/default/x")[0].text, "Yes.");
  assert.equal(state.revision, 415);
});

test("an older version of the same object changes nothing", () => {
  const before = live(), one = before.objects.get("pods/default/app-stateful-1");
  const newer = reduce(before, [changes(420, put({ ...one, word: "New" }, 420))], 1);
  assert.equal(reduce(newer, [changes(420, put({ ...one, word: "Old" }, 419))], 2).objects.get(one.id).word, "New");
});

test("reduce leaves the state it was given alone", () => {
  const before = live(), size = before.objects.size, objects = before.objects;
  reduce(before, STORY.slice(1), 2000);
  assert.equal(before.objects, objects);
  assert.equal(before.objects.size, size);
  assert.equal(before.log.length, 0);
});

test("the story ends with five ready pods, one under its old name with another address", () => {
  let state = initial(), struck = "";
  STORY.forEach((frame, i) => {
    state = reduce(state, [frame], 1000 + i * 100);
    struck = state.was.get("pods/default/app-stateful-1")?.ip ?? struck;
  });
  const pods = [...state.objects.values()].filter((item) => item.resource === "pods");
  assert.deepEqual(pods.map((each) => `${each.name} ${each.state} ${each.ip}`).sort(), [
    "app-stateful-0 ready 10.244.0.10", "app-stateful-1 ready 10.244.0.31", "app-stateful-2 ready 10.244.0.12", "app-stateful-3 ready 10.244.0.13", "app-stateful-4 ready 10.244.0.14",
  ]);
  assert.equal(struck, "10.244.0.11", "the old address is shown struck through");
  const people = state.log.filter((tick) => tick.person).map((tick) => `${tick.author}: ${tick.words} (${tick.kind})`);
  assert.deepEqual(people, ["Ada: scale to 5 (ctl)", "Sam: delete app-stateful-1 (wait)"]);
});

test("frames one by one or all at once come to the same", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: STORY.length - 1 }), { maxLength: 6 }), (cuts) => {
    const edges = [0, ...[...new Set(cuts)].sort((a, b) => a - b), STORY.length];
    let state = initial();
    for (let i = 1; i < edges.length; i++) state = reduce(state, STORY.slice(edges[i - 1], edges[i]), 1000);
    const whole = reduce(initial(), STORY, 1000);
    assert.deepEqual([...state.objects], [...whole.objects]);
    assert.deepEqual(state.log, whole.log);
    assert.equal(state.revision, whole.revision);
  }));
});

test("what was just changed is forgotten after a moment", () => {
  const one = pod("default", "a"), state = reduce(live(), [changes(413, put(one, 413))], 10_000);
  assert.ok(state.touched.has(one.id));
  assert.equal(reduce(state, [changes(414, put(pod("default", "b"), 414))], 10_001 + FRESH).touched.has(one.id), false);
});

const walk = (rcode, addresses, reasons = []) => ({ rcode, records: addresses.map((data) => ({ name: "x.", type: "A", ttl: 30, data })), reasons, steps: [], targets: [], route: null });
const question = { id: "q1", name: "web", type: "A", pod: "", namespace: "default" };

test("an answer that changes keeps the one before it; the same answer in another order is no news", () => {
  let state = reduce(live(), [{ t: "asked", question }, { t: "answer", id: "q1", answer: walk("NOERROR", ["10.0.0.1", "10.0.0.2"]) }], 100);
  assert.equal(state.answers.get("q1").before, null);
  state = reduce(state, [{ t: "answer", id: "q1", answer: walk("NOERROR", ["10.0.0.2", "10.0.0.1"]) }], 200);
  assert.equal(state.answers.get("q1").changedAt, 0);
  state = reduce(state, [{ t: "answer", id: "q1", answer: walk("NOERROR", ["10.0.0.2"]) }], 300);
  assert.equal(state.answers.get("q1").changedAt, 300);
  assert.deepEqual(state.answers.get("q1").before.records.map((r) => r.data), ["10.0.0.2", "10.0.0.1"]);
});

test("what the cluster does in the same moment does not swallow an answer", () => {
  const state = reduce(live(), [{ t: "asked", question }, { t: "answer", id: "q1", answer: walk("NOERROR", ["10.0.0.1"]) }, changes(413, put(pod("default", "b"), 413))], 100);
  assert.match(state.said, /: 1 address\.$/);
  assert.match(state.news, /\bb\b/);
});

test("an answer holds no longer when its question is refused; the next one is compared with it", () => {
  let state = reduce(live(), [{ t: "asked", question }, { t: "answer", id: "q1", answer: walk("NOERROR", ["10.0.0.1"]) }, { t: "refused", id: "q1", message: "asker is gone" }], 100);
  assert.deepEqual([state.answers.get("q1").walk, state.answers.get("q1").refused], [null, "asker is gone"]);
  state = reduce(state, [{ t: "answer", id: "q1", answer: walk("NOERROR", ["10.0.0.2"]) }], 200);
  assert.deepEqual([state.answers.get("q1").refused, state.answers.get("q1").changedAt], ["", 200]);
  assert.deepEqual(state.answers.get("q1").before.records.map((r) => r.data), ["10.0.0.1"]);
});

test("an answer to a forgotten question is dropped", () => {
  const state = reduce(live(), [{ t: "asked", question }, { t: "forgot", id: "q1" }, { t: "answer", id: "q1", answer: walk("NOERROR", []) }], 1);
  assert.equal(state.answers.size, 0);
});

test("a lost connection keeps the picture, marks answers stale, and a resume makes it live again", () => {
  let state = reduce(live(), [{ t: "asked", question }, { t: "answer", id: "q1", answer: walk("NXDOMAIN", []) }, { t: "lost", retryAt: 5 }], 1);
  assert.equal(state.phase, "lost");
  assert.equal(state.objects.size, live().objects.size);
  assert.equal(state.answers.get("q1").stale, true);
  assert.equal(state.said, "Connection lost. The picture stands at r412.");
  state = reduce(state, [{ t: "resumed", revision: 412, time: T0 }, { t: "reasons", revision: 412, reasons: {} }], 2);
  assert.equal(state.phase, "live");
  assert.equal(state.reasons.size, 0, "reasons that are no longer told are gone");
  state = reduce(state, [{ t: "failed", problem: "This cluster no longer exists." }], 3);
  assert.deepEqual([state.phase, state.said], ["error", "This cluster no longer exists."]);
});

test("acts: done with its command, refused with its sentence", () => {
  const acted = { t: "acted", id: "a1", verb: "scale", key: "apps/statefulsets/default/app-stateful" };
  assert.equal(reduce(live(), [acted, { t: "done", id: "a1", revision: 413, kubectl: "kubectl scale …" }], 1).acts.get("a1").kubectl, "kubectl scale …");
  assert.equal(reduce(live(), [acted, { t: "refused", id: "a1", message: "You may only look." }], 1).acts.get("a1").refused, "You may only look.");
});

test("a frame of an unknown kind changes nothing", () => {
  const before = live();
  assert.deepEqual(reduce(before, [{ t: "from the future" }], 1), before);
});

test("outcome in two words", () => {
  for (const [given, wanted] of [[walk("NXDOMAIN", []), "NXDOMAIN"], [walk("NOERROR", ["1.1.1.1"]), "1 address"], [walk("NOERROR", ["1.1.1.1", "1.1.1.2"]), "2 addresses"], [walk("NOERROR", []), "no records of this type"]]) assert.equal(outcome(given), wanted);
  assert.ok(sameAnswer(walk("NOERROR", ["a"]), walk("NOERROR", ["a"])));
  assert.ok(!sameAnswer(walk("NOERROR", ["a"]), walk("NOERROR", ["a"], ["why"])));
});

test("ages as kubectl writes them", () => {
  for (const [seconds, words] of [[-3, "0s"], [0, "0s"], [119, "119s"], [120, "2m"], [130, "2m10s"], [600, "10m"], [1860, "31m"], [10799, "179m"], [10800, "3h"], [172800, "2d"]]) assert.equal(age(seconds), words);
});

test("the cluster's clock runs on at its own speed", () => {
  const state = reduce(initial(), [snapshot([], { speed: 10 })], 50_000);
  assert.equal(clusterTime(state, 53_000), T0 + 30);
});

test("changes told in few words become ticks", () => {
  const ticks = ticksOf([
    { id: "services/default/web", type: "ADDED", r: 2, author: "Ada", cause: "apply", at: T0 - 60 },
    { id: "statefulsets/default/app-stateful", type: "MODIFIED", r: 3, author: "Sam", cause: "scale", at: T0 - 50, wanted: 5 },
    { id: "pods/default/app-stateful-4", type: "ADDED", r: 4, author: "statefulset-controller", cause: "create", at: T0 - 49, state: "pending" },
    { id: "pods/default/app-stateful-4", type: "MODIFIED", r: 5, author: "kubelet", cause: "status", at: T0 - 48, state: "ready" },
    { id: "pods/default/app-stateful-4", type: "DELETED", r: 6, author: "Ada", cause: "delete", at: T0 - 40, state: "ready" },
    { id: "services/default/web", type: "MODIFIED", r: 420, author: "Ada", cause: "apply", at: T0 + 1 },
  ]);
  assert.deepEqual(ticks.map((tick) => [tick.revision, tick.kind, tick.person ? `${tick.author}: ${tick.words}` : ""]), [
    [2, "svc", "Ada: create web"], [3, "ctl", "Sam: scale to 5"], [4, "wait", ""], [5, "pod", ""], [6, "ctl", "Ada: delete app-stateful-4"], [420, "svc", "Ada: change web"],
  ]);
});
