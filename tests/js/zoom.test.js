/** Who zooms looks at something: it stays where it is, and something is always in sight. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { layout } from "../../static/js/layout.js";
import { boxOf, missing, seen, under } from "../../static/js/picture/anchor.js";
import { below, further } from "../../static/js/picture/beyond.js";
import { Zoom } from "../../static/js/picture/zoom.js";
import { initial, reduce } from "../../static/js/state.js";
import { crowd, snapshot } from "./frames.js";

const WIDTH = 1120, HEIGHT = 460;
const STATE = reduce(initial(), [snapshot(crowd())], 1);
const FAR = layout(STATE, { width: WIDTH, level: "far" }), NEAR = layout(STATE, { width: WIDTH, level: "near" });

/** A zoom over one picture, without a page. */
function over(picture) {
  const zoom = new Zoom(/** @type {any} */ ({ clientWidth: WIDTH, clientHeight: HEIGHT, addEventListener: () => undefined }), () => undefined);
  zoom.least = 0.3;
  zoom.bounds = { width: picture.width, height: picture.height };
  zoom.seen = () => seen(picture);
  zoom.reset();
  return zoom;
}
const at = (zoom, x, y) => ({ x: (x - zoom.x) / zoom.k, y: (y - zoom.y) / zoom.k });
const empty = (zoom) => missing(zoom.seen(), { x0: -zoom.x / zoom.k, y0: -zoom.y / zoom.k, x1: (WIDTH - zoom.x) / zoom.k, y1: (HEIGHT - zoom.y) / zoom.k });
const POINT = fc.record({ x: fc.integer({ min: 0, max: WIDTH }), y: fc.integer({ min: 0, max: HEIGHT }) });

test("what is under the pointer stays under it while one comes nearer", () => {
  for (const picture of [FAR, NEAR]) fc.assert(fc.property(POINT, fc.array(fc.double({ min: 1, max: 1.6, noNaN: true }), { maxLength: 6 }), ({ x, y }, steps) => {
    const zoom = over(picture), before = at(zoom, x, y), thing = under(picture, before.x, before.y);
    fc.pre(thing?.hit ?? false);
    for (const step of steps) zoom.to(zoom.k * step, x, y);
    const after = at(zoom, x, y);
    assert.ok(Math.hypot(after.x - before.x, after.y - before.y) < 0.01, `${thing.id} went from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  }));
});

test("no zoom ends where nothing is to be seen", () => {
  for (const picture of [FAR, NEAR]) fc.assert(fc.property(fc.array(fc.record({ at: POINT, by: fc.double({ min: 0.5, max: 2, noNaN: true }) }), { minLength: 1, maxLength: 8 }), (steps) => {
    const zoom = over(picture);
    for (const { at: { x, y }, by } of steps) {
      zoom.to(zoom.k * by, x, y);
      const away = empty(zoom);
      assert.ok(!away || Math.hypot(away.dx, away.dy) < 1e-6, JSON.stringify(away));
    }
  }));
});

test("a thing held while the level changes is under the pointer in the other picture", () => {
  fc.assert(fc.property(fc.constantFrom(...FAR.tiles), POINT, (tile, point) => {
    const ns = layout(STATE, { width: WIDTH, level: "near", focus: tile.ns }), zoom = over(ns), box = boxOf(ns, tile.id);
    zoom.hold(box, point, true);
    const { x, y } = at(zoom, point.x, point.y);
    assert.ok(x > box.x && x < box.x + box.w && y > box.y && y < box.y + box.h, `${tile.id} at ${JSON.stringify(box)}, the pointer at ${x},${y}`);
  }));
});

test("a pod that is not drawn stands where its tile does, and the nearest thing is found where there is none", () => {
  const tile = NEAR.tiles[0];
  assert.deepEqual(boxOf(NEAR, "pods/none/nobody", tile.id)?.y, tile.y);
  assert.equal(boxOf(NEAR, "pods/none/nobody"), null);
  assert.deepEqual(under(NEAR, NEAR.plates[0].x - 13, NEAR.plates[0].y + 2), { id: NEAR.plates[0].id, hit: false });
});

test("what fits stays when it is moved, what does not ends with some of it in sight", () => {
  const zoom = over({ ...NEAR, width: 800, height: 300 }), { x } = zoom;
  zoom.by(300, 300);
  assert.deepEqual([zoom.x, zoom.y], [x, 0]);
  const large = over(FAR);
  large.to(3, 10, 10);
  large.by(-1e5, -1e5);
  assert.deepEqual([large.x, large.y], [WIDTH - FAR.width * 3 - 24, HEIGHT - FAR.height * 3 - 12]);
});

test("what is said to be below is what nobody can see, also under the strip that says it", () => {
  const tile = (y) => ({ id: `t${y}`, x: 0, y, w: 100, h: 120, mode: "column", slots: [{ y: y + 60 }], workload: { kind: "StatefulSet" } });
  const picture = /** @type {any} */ ({ plates: [{ y: 0, h: 50 }, { y: 300, h: 50 }], tiles: [tile(0), tile(240), tile(330)], cards: [], bands: [] }), zoom = { y: 0, k: 1, size: { height: 310 } };
  assert.equal(further(picture, zoom), "1 Service, 1 workload, 1 seat below");
  // Without the strip all of it shows, so there is none.
  assert.equal(further(picture, { ...zoom, size: { height: 400 } }), "");
  assert.equal(further(picture, { ...zoom, y: -90 }), "");
});

test("nodes are counted as bands: one whose name shows is not below", () => {
  const node = (y) => ({ band: { y, h: 200 }, tile: { y: y + 58, h: 130, mode: "comb", slots: [], workload: { kind: "Node" } } }), all = [0, 210, 420].map(node);
  const picture = /** @type {any} */ ({ plates: [], cards: [], bands: all.map(({ band }) => band), tiles: all.map(({ tile }) => tile) });
  assert.equal(below(picture, 460), "");
  assert.equal(below(picture, 430), "1 node below");
});
