/** Where what a filter leaves stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../static/js/layout.js";
import { derive } from "../../static/js/model/derive.js";
import { kept, NO_FILTER, STATES } from "../../static/js/model/filter.js";
import { anySeen, around, matchesIn } from "../../static/js/picture/matching.js";
import { initial, reduce } from "../../static/js/state.js";
import { crowd, demo, snapshot } from "./frames.js";

const left = (objects, filter, options = {}) => {
  const state = reduce(initial(), [snapshot(objects)], 1);
  return matchesIn(layout(state, { width: 1120, ...options }), kept(derive(state), { ...NO_FILTER, ...filter }));
};
const inside = (outer, { x, y, w, h }) => x >= outer.x && y >= outer.y && x + w <= outer.x + outer.w && y + h <= outer.y + outer.h;

test("near, each seat that is left with its words; the empty ones too when they are asked for", () => {
  assert.equal(left(demo(5, 3), { state: ["ready"] }).length, 3);
  const [empty, ...more] = left(demo(5, 3), { state: ["seat"] }), ready = left(demo(5, 3), { state: ["ready"] });
  assert.equal(more.length, 0);
  assert.ok(empty.w > 150 && ready.every(({ y }) => y < empty.y));
});

test("from afar the tiles, and none of those that are dimmed", () => {
  const all = left(crowd(), { state: STATES }, { level: "far" }), some = left(crowd(), { state: ["failed"] }, { level: "far" });
  assert.ok(some.length > 0 && some.length < all.length, `${some.length} of ${all.length}`);
  assert.ok(some.every(({ mode, workload }) => mode === "far" && workload.counts.failed > 0));
});

test("nothing that matches is nowhere, and counts as seen: the map has no reason to move", () => {
  const none = left(demo(3), { selector: "app=nobody" });
  assert.deepEqual([none, around(none), anySeen(none, { x0: 0, y0: 0, x1: 10, y1: 10 })], [[], null, true]);
});

test("the box around them holds each, and is seen as soon as one of them is", () => {
  const boxes = left(demo(5, 3), { state: ["ready", "creating"] }), whole = around(boxes), [first] = boxes;
  assert.ok(boxes.every((box) => inside(whole, box)));
  assert.equal(anySeen(boxes, { x0: 0, y0: 0, x1: 1120, y1: first.y + 30 }), true);
  assert.equal(anySeen(boxes, { x0: 0, y0: whole.y + whole.h + 10, x1: 1120, y1: whole.y + whole.h + 400 }), false);
});
