/** Requests in the page: the way of the dot, the counts on their way, the sentence that is announced. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { layout } from "../../static/js/layout.js";
import { headline, sentence, tally, wentOn, otherSince } from "../../static/js/requests/traffic.js";
import { along, stops } from "../../static/js/requests/trip.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, snapshot } from "./frames.js";

const picture = layout(reduce(initial(), [snapshot(demo())], 1), { width: 1120 });
const row = (name, count) => ({ id: `pods/default/${name}`, name, ip: "", port: 80, expected: 1 / 3, count, outcomes: count ? { answered: count } : {} });
const trace = (more = {}) => ({
  count: 3, virtual: true, service: "services/default/web", from: { id: "pods/default/app-stateful-0" }, to: { url: "http://web" }, outcomes: { answered: 3 }, result: "answered", reasons: [],
  steps: [{ at: "name", id: "services/default/web" }, { at: "pod", id: "pods/default/app-stateful-1" }, { at: "answer", id: null }], spread: [row("app-stateful-0", 1), row("app-stateful-1", 2)], ...more,
});

test("the dot goes from the asker by plate and knot to the pod", () => {
  const knot = picture.knots[0], plate = picture.plateOf.get("services/default/web"), pod = picture.slotOf.get("pods/default/app-stateful-1");
  const found = stops(picture, trace());
  assert.equal(found.length, 4);
  assert.deepEqual(found[1], { x: plate.x + plate.w, y: plate.y + plate.h / 2 });
  assert.deepEqual(found[2], { x: knot.x, y: knot.y });
  assert.deepEqual(found[3], { x: pod.x - pod.r, y: pod.y });
});

test("where nothing is virtual there is no knot on the way, and who is not drawn is passed over", () => {
  assert.equal(stops(picture, trace({ virtual: false, service: "services/default/headless-svc-stateful" })).length, 3);
  assert.equal(stops(picture, trace({ virtual: false, service: null, from: { id: null } })).length, 1);
});

test("a point along a line is on it, the ends included", () => {
  const points = fc.array(fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -900, max: 900 }) }), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
    const at = along(list, part), inside = (axis) => at[axis] >= Math.min(...list.map((p) => p[axis])) - 1e-6 && at[axis] <= Math.max(...list.map((p) => p[axis])) + 1e-6;
    assert.ok(inside("x") && inside("y"));
  }));
  const [a, b, c] = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }];
  assert.deepEqual([along([a, b, c], 0), along([a, b, c], 0.5), along([a, b, c], 0.75), along([a, b, c], 1)], [a, b, { x: 10, y: 5 }, c]);
});

test("counts grow in the order of the requests", () => {
  assert.deepEqual(tally([0, 1, 1, -1, 2], 3), [1, 2, 1]);
  fc.assert(fc.property(fc.array(fc.integer({ min: -1, max: 9 })), (order) => {
    assert.equal(tally(order, 10).reduce((sum, n) => sum + n, 0), order.filter((at) => at >= 0).length);
  }));
});

test("what came of them is a sentence", () => {
  assert.equal(sentence(trace()), "3 requests to http://web: 3 answered by 2 pods.");
  assert.equal(sentence(trace({ count: 1, outcomes: { answered: 1 }, spread: [row("app-stateful-1", 1)] })), "1 request to http://web: 1 answered by app-stateful-1.");
  assert.equal(sentence(trace({ outcomes: { refused: 3 }, reasons: ["web has no ready endpoint."], spread: [] })), "3 requests to http://web: 3 refused. web has no ready endpoint.");
});

test("nobody got what was refused, and more tries than requests are tries", () => {
  const said = (/** @type {number} */ count, /** @type {Record<string, number>} */ outcomes) => headline({ count, outcomes });
  assert.deepEqual([said(100, { answered: 100 }), said(1, { answered: 1 }), said(100, { refused: 90, answered: 10 })], ["Who got 100 requests", "Who got it", "Who got 100 requests"]);
  assert.deepEqual([said(100, { refused: 100 }), said(1, { timeout: 1 }), said(1, { "no-name": 1 })], ["Whom 100 requests tried", "Whom it tried", "Whom it tried"]);
  const rows = (/** @type {number[]} */ ...counts) => wentOn({ count: 100, spread: counts.map((count) => row("app-stateful-0", count)) });
  assert.deepEqual([rows(100, 100, 100), rows(34, 33, 33), rows(), rows(100)], [true, false, false, false]);
});

test("a request is outdated when what it met is another since", () => {
  const item = (/** @type {string} */ id, /** @type {number} */ rv, service = "") => { const [resource, ns, name] = id.split("/"); return [id, { id, resource, ns, name, rv, service }]; };
  const there = (/** @type {any[]} */ ...items) => /** @type {any} */ (new Map(items)), pod = item("pods/default/app-stateful-0", 90), slice = (/** @type {number} */ rv) => item("endpointslices/default/web-x", rv, "web");
  const sent = (/** @type {string|null} */ service) => /** @type {any} */ ({ revision: 100, service, spread: service ? [{ id: "pods/default/app-stateful-0", count: 1 }] : [] }), web = "services/default/web";
  assert.equal(otherSince(sent(web), there(item(web, 50), slice(99), pod, item("services/default/db", 120), item("endpointslices/shop/web-y", 130, "web"))), false);
  assert.equal(otherSince(sent(web), there(item(web, 101), slice(99), pod)), true);
  assert.equal(otherSince(sent(web), there(item(web, 50), slice(101), pod)), true);
  assert.equal(otherSince(sent(web), there(item(web, 50), slice(99))), true);
  assert.equal(otherSince(sent(web), there(slice(99), pod)), true);
  assert.equal(otherSince(sent(null), there(item(web, 50), slice(120))), false);
  assert.equal(otherSince(sent(null), there(item(web, 101))), true);
});
