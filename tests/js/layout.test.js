/** Where things stand: laws rather than numbers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { layout } from "../../static/js/layout.js";
import { meets, overlap, pieces } from "../../static/js/layout/clear.js";
import { doorRows, doorsOf } from "../../static/js/layout/doors.js";
import { boxOf } from "../../static/js/layout/notes.js";
import { elide, hex, textWidth, wrap } from "../../static/js/layout/geometry.js";
import { initial, reduce } from "../../static/js/state.js";
import { crowd, demo, endpoint, ingress, namespace, node, pod, seated, service, slice, snapshot, workload } from "./frames.js";

const STORY = JSON.parse(readFileSync(new URL("../data/frames/story.json", import.meta.url), "utf8"));
const state = (objects) => reduce(initial(), [snapshot(objects)], 1);
const places = (picture) => new Map([...picture.tiles, ...picture.plates, ...picture.bands].map(({ id, x, y }) => [id, `${x},${y}`]));
const slots = (picture) => new Map(picture.tiles.flatMap((tile) => tile.slots.map((s) => [`${tile.id}#${s.seat.index}`, `${s.x},${s.y}`])));
const VIEWS = [["desk", { width: 1120 }], ["wide", { width: 1800 }], ["narrow", { width: 700 }], ["phone", { width: 390, phone: true }], ["far", { width: 1120, level: "far" }], ["far columns", { width: 1120, level: "far", columns: 2 }], ["far phone", { width: 390, phone: true, level: "far" }],
  ...["workload", "node", "label"].flatMap((by) => ["near", "far"].flatMap((level) => [[`${level} by ${by}`, { width: 1120, level, view: { by, key: "app" } }], [`${level} by ${by} on a phone`, { width: 390, phone: true, level, view: { by, key: "app" } }]]))];

const STATES = ["ready", "notready", "creating", "pending", "terminating", "failed", "unknown", "completed"];
const KIND = fc.constantFrom("None", "10.96.0.7", "");
const clusters = fc.record({
  sizes: fc.array(fc.record({ wanted: fc.integer({ min: 0, max: 130 }), here: fc.integer({ min: 0, max: 140 }), stateful: fc.boolean(), ns: fc.constantFrom("default", "shop", "data") }), { maxLength: 7 }),
  kinds: fc.oneof({ weight: 4, arbitrary: fc.array(KIND, { maxLength: 6 }) }, { weight: 1, arbitrary: fc.array(KIND, { minLength: 13, maxLength: 20 }) }), seed: fc.integer({ min: 0, max: 999 }),
});

/** The objects of a cluster from its short description (which is what a failure prints). */
function build({ sizes, kinds, seed }) {
  const objects = ["default", "shop", "data", "kube-system"].map(namespace);
  sizes.forEach(({ wanted, here, stateful, ns }, n) => {
    const name = `w${n}`, labels = { app: name }, resource = stateful ? "statefulsets" : "deployments", kind = stateful ? "StatefulSet" : "Deployment";
    objects.push(workload(resource, kind, ns, name, wanted, { selector: labels }));
    const pods = Array.from({ length: Math.min(here, wanted + 30) }, (_, i) => stateful ? seated(ns, name, i, name, labels, { state: STATES[(seed + i) % 8] }) : pod(ns, `${name}-${i}`, { seat: i, labels, ip: `10.1.${n}.${i}`, state: STATES[(seed * 3 + i) % 8], workload: { id: `${resource}/${ns}/${name}`, kind, name } }));
    objects.push(...pods);
    const address = kinds[n % (kinds.length || 1)];
    if (address !== undefined) objects.push(service(ns, name, labels, address || "None", address ? {} : { type: "ExternalName", headless: false }), slice(ns, name, pods.filter((p) => p.ip).map(endpoint)));
  });
  kinds.forEach((address, n) => objects.push(service("default", `loose${n}`, { nobody: "here" }, address || "None")));
  return objects;
}

/** Whether a pod stands beyond what is wanted. */
const spare = (one, objects) => one.seat >= objects.find((item) => item.id === one.workload.id).wanted;

const apart = (boxes, what) => {
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const a = boxes[i], b = boxes[j];
    assert.ok(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y, `${what} ${a.id} and ${b.id} overlap`);
  }
};

/** No label meets a line or another thing. */
function legible(picture) {
  const chips = picture.chips.map((chip) => ({ id: `chip ${chip.key}`, x: chip.x, y: chip.y - 11, w: chip.w, h: 22, own: chip.key })), knots = picture.knots.map(({ service: of, x, y, small }) => ({ id: `knot ${of}`, x: x - (small ? 7 : 13), y: y - (small ? 7 : 13), w: small ? 14 : 26, h: small ? 14 : 26 }));
  const outside = picture.plates.flatMap((plate) => { const rows = doorRows(plate, picture.phone); return rows ? [{ id: `doors of ${plate.id}`, x: plate.x - 8, y: plate.y + plate.h + 5, w: plate.w + 10, h: rows * 15 }] : []; });
  const words = [...outside, ...picture.notes.map((note) => ({ id: `${note.sort} of ${note.service}`, ...boxOf(note) })), ...chips];
  for (const word of words) {
    for (const line of picture.lines) {
      if (line.quiet || line.key === word.own) continue;
      for (const piece of pieces(line.d)) assert.ok(!meets({ x: word.x + 0.5, y: word.y + 0.5, w: word.w - 1, h: word.h - 1 }, piece), `${line.kind} ${line.key} runs through ${word.id}`);
    }
    for (const one of picture.knots) assert.ok(!meets(word, { x1: one.from, y1: one.y, x2: one.x, y2: one.y }), `the line to the knot of ${one.service} runs through ${word.id}`);
  }
  apart([...words, ...knots], "words");
  for (const word of words) for (const thing of [...picture.plates, ...picture.tiles, ...picture.outsiders]) assert.ok(!overlap(word, thing), `${word.id} lies on ${thing.id ?? thing.address}`);
}

test("a band reaches as far down as its lowest Service, whichever that is by name", () => {
  const labels = { app: "shop" }, pods = [0, 1].map((i) => pod("default", `shop-${i}`, { ip: `10.1.0.${i}`, seat: i, labels, workload: { id: "deployments/default/shop", kind: "Deployment", name: "shop" } }));
  const objects = [namespace("default"), namespace("x"), workload("deployments", "Deployment", "default", "shop", 2, { selector: labels }), ...pods,
    ...["b2", "b3", "b5"].map((name) => service("default", name, labels, "10.96.0.7")), ...["b1", "b6", "z"].map((name) => service("default", name, { app: "none" }, "10.96.0.8"))];
  for (const options of [{ width: 1120 }, { width: 390, phone: true }]) {
    const { bands, plates } = layout(state(objects), options), [own] = bands;
    for (const plate of plates) assert.ok(plate.y + plate.h <= own.y + own.h, `${plate.id} leaves its band`);
    assert.ok(bands[1].y >= own.y + own.h);
  }
});

test("from afar every Service is there: in a workload's tile, or for itself", () => {
  fc.assert(fc.property(clusters, fc.boolean(), (spec, phone) => {
    const picture = layout(state(build(spec)), { width: phone ? 390 : 1120, phone, level: "far" });
    for (const { name, namespace: space } of picture.bands) {
      const own = picture.plates.filter((plate) => plate.ns === name).map((plate) => plate.id), tiled = picture.tiles.filter((tile) => tile.ns === name).flatMap((tile) => tile.workload.services.map(({ item }) => item.id));
      assert.deepEqual([...new Set([...own, ...tiled])].sort(), space.services.map(({ item }) => item.id).sort());
      assert.ok(own.every((id) => !tiled.includes(id)));
    }
  }), { numRuns: 60 });
});

for (const [name, options] of VIEWS) {
  test(`${name}: nothing overlaps and everything is inside what holds it`, () => {
    fc.assert(fc.property(clusters, (spec) => {
      const objects = build(spec);
      const picture = layout(state(objects), options);
      apart(picture.bands, "bands");
      apart(picture.tiles, "tiles");
      apart(picture.plates, "plates");
      apart([...picture.plates, ...picture.tiles], "plates and tiles");
      for (const tile of picture.tiles) {
        const band = picture.bands.find((each) => each.name === tile.ns);
        assert.ok(tile.x >= band.x && tile.x + tile.w <= band.x + band.w && tile.y >= band.y && tile.y + tile.h <= band.y + band.h, `${tile.id} leaves its band`);
        apart(tile.slots.map((s) => ({ id: s.key, x: s.x - s.r * 0.86, y: s.y - s.r * 0.74, w: s.r * 1.72, h: s.r * 1.48 })), "slots");
        for (const s of tile.slots) assert.ok(s.x - s.r >= tile.x && s.x + s.r <= tile.x + tile.w && s.y - s.r >= tile.y && s.y + s.r <= tile.y + tile.h + 0.5, `${s.key} leaves ${tile.id}`);
      }
      for (const plate of picture.plates) {
        const band = picture.bands.find((each) => each.name === plate.ns);
        assert.ok(plate.y >= band.y && plate.y + plate.h <= band.y + band.h, `${plate.id} leaves its band`);
      }
      for (const band of picture.bands) assert.ok(band.x + band.w <= Math.max(picture.width, options.width) && band.y + band.h <= picture.height);
    }), { numRuns: 60 });
  });

  test(`${name}: a pod that comes, changes or ends moves nothing else`, () => {
    fc.assert(fc.property(clusters, fc.nat(), fc.constantFrom("drop", ...STATES), (spec, pick, fate) => {
      const objects = build(spec);
      const pods = objects.filter((item) => item.resource === "pods");
      if (!pods.length) return;
      const one = pods[pick % pods.length];
      const after = objects.flatMap((item) => (item !== one ? [item] : fate === "drop" ? [] : [{ ...item, state: fate }]));
      if (options.view?.by === "node" && fate === "drop") return; // what it had pushed aside may come back: see below
      if (fate === "drop" && spare(one, objects)) return; // what a scale down takes last leaves the room that was kept for it
      const a = layout(state(objects), options), b = layout(state(after), options);
      const beyond = a.tiles.some((tile) => tile.workload.seats.length > 100 || tile.more > 0) || b.tiles.some((tile) => tile.more > 0);
      assert.deepEqual(places(b), places(a));
      if (beyond) return; // more seats than a tile shows: problems come first there, by intent
      const now = slots(b);
      for (const [key, at] of slots(a)) if (now.has(key)) assert.equal(now.get(key), at, key);
    }), { numRuns: 60 });
  });

  if (options.level !== "far" && !options.view) {
    test(`${name}: no line runs through words, and words lie on nothing`, () => {
      fc.assert(fc.property(clusters, (spec) => legible(layout(state(build(spec)), { ...options, level: "near" }))), { numRuns: 150 });
      for (const objects of [demo(3), demo(5), demo(5, 3), demo(8)]) legible(layout(state(objects), { ...options, level: "near" }));
    });

    test(`${name}: words, chips and knots stay where they are when pods come and go`, () => {
      fc.assert(fc.property(clusters, fc.nat(), (spec, pick) => {
        const objects = build(spec), pods = objects.filter((item) => item.resource === "pods"), one = pods[pick % (pods.length || 1)];
        const where = (list) => {
          const { notes, knots, chips, tiles } = layout(state(list), { ...options, level: "near" });
          // Who has more pods than it wants is about to lose them: these have no place that is kept.
          const calm = new Set(tiles.filter((tile) => tile.workload.pods.length <= tile.workload.wanted).map((tile) => tile.workload.name));
          return [new Map([...notes.map((n) => [`note ${n.service} ${n.sort}`, `${n.x},${n.y}`]), ...knots.map((k) => [`knot ${k.service}`, `${k.x},${k.y}`]), ...chips.map((c) => [`chip ${c.key}`, `${c.x},${c.y},${c.w}`])]), calm.size === tiles.length];
        };
        const [before, calm] = where(objects), [after, still] = where(objects.map((item) => (item === one ? { ...item, state: "failed" } : item)));
        if (!calm || !still) return;
        for (const [key, at] of before) if (after.has(key)) assert.equal(after.get(key), at, key);
      }), { numRuns: 60 });
    });
  }

  test(`${name}: the order in which objects arrived does not matter`, () => {
    fc.assert(fc.property(clusters, fc.integer(), (spec, seed) => {
      const objects = build(spec);
      const shuffled = objects.map((item, i) => [(Math.imul(i + 1, 2654435761) ^ seed) >>> 0, item]).sort((x, y) => x[0] - y[0]).map(([, item]) => item);
      const show = (picture) => JSON.stringify([[...places(picture)].sort(), [...slots(picture)].sort(), picture.lines.map((l) => `${l.key} ${l.d}`).sort(), picture.height]);
      assert.equal(show(layout(state(shuffled), options)), show(layout(state(objects), options)));
    }), { numRuns: 40 });
  });
}

test("what is created later moves nothing that stands", () => {
  const later = { created: 1_790_000_500 };
  const added = [
    service("default", "aaa", { app: "web-stateful" }, "10.96.9.9", later), service("default", "aab", { app: "nobody" }, "None", later),
    workload("deployments", "Deployment", "default", "aaa", 3, { ...later, selector: { app: "aaa" } }), { ...namespace("aaa"), ...later },
  ];
  for (const [view, options] of VIEWS) for (const one of added) {
    const before = places(layout(state(demo()), options)), after = places(layout(state([...demo(), one]), options));
    for (const [id, at] of before) assert.equal(after.get(id), at, `${view}: ${one.id} moves ${id}`);
  }
  const tidy = layout(state([...demo(), added[2]]), { width: 1120, order: "name" });
  assert.deepEqual(tidy.tiles.map((tile) => tile.id), ["deployments/default/aaa", "statefulsets/default/app-stateful"], "Tidy puts all in order of name");
});

test("scaling within a tile's room moves nothing", () => {
  for (const [from, to] of [[1, 3], [3, 0], [4, 5], [6, 8]]) {
    const objects = (n) => [...demo(n), workload("deployments", "Deployment", "default", "zz", 2), namespace("zz"), workload("statefulsets", "StatefulSet", "zz", "other", 2)];
    for (const [, options] of VIEWS) assert.deepEqual(places(layout(state(objects(to)), options)), places(layout(state(objects(from)), options)), `${from} to ${to}`);
  }
});

test("through the whole story no seat moves", () => {
  let now = initial();
  const seen = new Map();
  for (const frame of STORY) {
    now = reduce(now, [frame], 1);
    for (const [key, at] of slots(layout(now, { width: 1120 }))) {
      assert.equal(seen.get(key) ?? at, at, key);
      seen.set(key, at);
    }
  }
  assert.equal(seen.size, 5);
});

test("the demo's picture: one line to a virtual address, a straight one for each pod of a headless Service", () => {
  const picture = layout(state(demo(5, 3)), { width: 1120 });
  assert.deepEqual(picture.knots.map((knot) => knot.service), ["services/default/web"]);
  const of = (kind) => picture.lines.filter((line) => line.kind === kind).map((line) => `${line.service.split("/")[2]} ${line.pod.split("/")[2]} ${line.published}`);
  assert.deepEqual(of("ray"), ["headless-svc-stateful app-stateful-0 true", "headless-svc-stateful app-stateful-1 true", "headless-svc-stateful app-stateful-2 true", "headless-svc-stateful app-stateful-3 false"]);
  assert.deepEqual(of("via").map((line) => line.split(" ")[0]), ["web", "web", "web", "web"]);
  assert.ok(picture.lines.filter((line) => line.kind === "ray").every((line) => /^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/.test(line.d)), "straight");
  const said = ({ chips }) => chips.map((chip) => `${chip.name} ${chip.address}`.trim());
  assert.deepEqual(said(layout(state(demo(3)), { width: 1120 })), ["app-stateful-0 10.244.0.10", "app-stateful-1 10.244.0.11", "app-stateful-2 10.244.0.12"]);
  assert.deepEqual(said(picture), ["10.244.0.10", "10.244.0.11", "10.244.0.12"], "where five lines leave no room for more");
  assert.equal(picture.fold.text + picture.fold.mono, "2 system Services folded: kubernetes 10.96.0.1, kube-dns 10.96.0.10");
});

test("no line runs near a knot, or between it and where its own lines part", () => {
  for (const n of [3, 5, 8]) {
    const picture = layout(state(demo(n)), { width: 1120 }), [knot] = picture.knots, around = { x: knot.x - 17, y: knot.y - 30, w: 50, h: 60 };
    for (const line of picture.lines.filter((each) => each.kind === "ray")) assert.ok(!meets(around, pieces(line.d)[0]), `${n} seats: ${line.key} runs by the knot`);
  }
});

test("an Ingress is a door at each Service that it leads to, and moves nothing", () => {
  for (const options of [{ width: 1120 }, { width: 390, phone: true }]) {
    const before = layout(state(demo()), options), after = layout(state([...demo(), ingress("default", "shop", [["shop.example.com", "/", "web"], ["", "", "headless-svc-stateful"], ["", "/x", "missing"]])]), options);
    assert.deepEqual(places(after), places(before));
    assert.deepEqual(after.plates.filter((plate) => doorsOf(plate, after.phone).ingress).map((plate) => plate.service.item.name), ["headless-svc-stateful", "web"]);
    if (!options.phone) legible(after);
  }
});

test("many Services of a workload come to it along two rails, one for each kind", () => {
  const labels = { app: "web" }, services = Array.from({ length: 30 }, (_, i) => service("default", `svc-${i}`, labels, i % 2 ? `10.96.1.${i}` : "None")), pods = [0, 1].map((i) => seated("default", "web", i, "web", labels));
  const picture = layout(state([namespace("default"), workload("statefulsets", "StatefulSet", "default", "web", 2, { selector: labels }), ...pods, ...services, ...services.map((one) => slice("default", one.name, pods.map(endpoint)))]), { width: 1120 });
  const ways = picture.lines.filter((line) => line.tile).map((line) => pieces(line.d));
  assert.equal(ways.length, 30);
  for (const way of ways) for (const { x1, y1, x2, y2 } of way) assert.ok(x1 === x2 || y1 === y2, "level or upright");
  assert.equal(new Set(ways.map((way) => way[1].x1)).size, 2);
});

test("groups of one workload stand side by side, and those below make no room that nobody uses", () => {
  const objects = [namespace("default"), ...["a", "b", "c", "d", "e"].map((name) => workload("deployments", "Deployment", "default", name, 2, { selector: { app: name }, labels: { app: name } }))];
  const { bands } = layout(state(objects), { width: 1120, view: { by: "label", key: "app" } });
  assert.deepEqual(bands.map((band) => band.y === bands[0].y), [true, true, true, true, false]);
  assert.ok(bands[4].h < bands[0].h);
});

test("a node tells the names of its pods while there is room, and gives them places of its rows", () => {
  const on = (n) => layout(state([...demo(n), { ...node("node-1"), room: { pods: "110" } }]), { width: 1120, view: { by: "node", key: "" } }).tiles.find((tile) => tile.id === "on/node-1");
  assert.ok(on(5).words > 100);
  assert.equal(on(5).slots.length + on(5).free.length, 6);
  assert.ok(on(5).h < on(8).h);
  assert.equal(on(60).words, 0);
});

const byNode = { view: { by: "node", key: "" } };
/** Nodes with so many pods each; addresses come as a node gives them. */
const fleet = (counts) => counts.flatMap((n, i) => [node(`node-${10 + i}`), ...Array.from({ length: n }, (_, j) => pod("default", `p-${i}-${j}`, { node: `node-${10 + i}`, ip: `10.244.${i}.${10 + j}`, created: 1_789_000_000 + j }))]);

test("nodes of few pods stand side by side, each as high as its rows, and one of many alone", () => {
  const of = (counts, width = 1120) => layout(state([namespace("default"), ...fleet(counts)]), { width, ...byNode }).bands.map(({ x, y, w, h }) => ({ x, y, w, h }));
  const [a, b, c, d] = of([3, 7, 3, 20]);
  assert.ok(a.y === b.y && b.x >= a.x + a.w && a.w < 1120 / 2, "two beside each other");
  assert.ok(b.h > a.h && c.h === a.h);
  assert.equal(c.y, a.y + a.h + 14, "the third stands close below the first, however high the second is");
  assert.ok(d.w > 1000 && d.y >= b.y + b.h);
  assert.ok(of([3, 3, 3], 1800).every(({ y }) => y === a.y), "three where there is room");
  assert.ok(of([3, 3], 700).every(({ w }) => w > 600), "one where there is not");
});

test("nodes never overlap, have few free places, and one that gets a pod moves none but those below it", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }), fc.nat(), fc.constantFrom(390, 700, 1120, 1800), (counts, pick, width) => {
    const options = { width, phone: width === 390, level: "near", ...byNode }, i = pick % counts.length, one = layout(state([namespace("default"), ...fleet(counts)]), options), more = layout(state([namespace("default"), ...fleet(counts.with(i, counts[i] + 1))]), options);
    for (const { bands, tiles } of [one, more]) {
      apart(bands, "bands");
      apart(tiles, "tiles");
      for (const { slots: taken, free, workload: own } of tiles) {
        if (own.pods.length && own.pods.length <= 48) assert.ok(free.length <= Math.max(5, taken.length), `${free.length} free beside ${taken.length}`);
      }
    }
    const before = places(one), after = places(more), grown = one.bands[i];
    if (counts[i] === 12) return; // the next one has the whole width
    for (const band of one.bands) if (band.y < grown.y + grown.h) assert.equal(after.get(band.id), before.get(band.id), `${band.id} stands where it stood`);
  }), { numRuns: 150 });
});

test("rows of a pinned answer stand at the height of their pods", () => {
  const records = [12, 10, 11].map((n) => ({ name: "x.", type: "A", ttl: 30, data: `10.244.0.${n}` }));
  const walk = { asker: { pod: "app-stateful-0", namespace: "default" }, question: { name: "headless-svc-stateful", type: "A" }, steps: [], rcode: "NOERROR", records, reasons: [], targets: [10, 11, 12].map((n) => ({ ip: `10.244.0.${n}`, id: `pods/default/app-stateful-${n - 10}` })), route: null };
  const ask = (id, name, of) => ({ question: { id, name, type: "A", pod: "app-stateful-0", namespace: "default" }, walk: of, before: null, changedAt: 0, refused: "", stale: false });
  const none = { ...walk, rcode: "NXDOMAIN", records: [], targets: [], reasons: ["No name until the pod is Ready."] };
  const picture = layout(state(demo(5, 3)), { width: 1120, pinned: [ask("q2", "headless-svc-stateful", walk), ask("q1", "app-stateful-3.headless-svc-stateful", none)] });
  const [first, second] = picture.cards;
  assert.deepEqual(first.rows.map((row) => [row.record.data, row.y]), picture.tiles[0].slots.slice(0, 3).map((slot) => [slot.seat.pod.ip, slot.y]));
  assert.equal(second.stub.y, picture.tiles[0].slots[3].y, "the name without an answer points at its seat");
  assert.ok(second.y >= first.y + first.h);
});

/** An answer of `n` addresses, from the pod of an ordinal on. */
const asked = (id, n, from = 0, name = n % 2 ? "web" : "a.b.c") => {
  const ips = Array.from({ length: n }, (_, k) => `10.244.0.${10 + ((from + k) % 12)}`);
  return { question: { id, name, type: "A", pod: "", namespace: "default" }, walk: { rcode: n ? "NOERROR" : "NXDOMAIN", records: ips.map((data) => ({ name: "x.", type: "A", ttl: 30, data })), targets: ips.map((ip) => ({ ip, id: `pods/default/app-stateful-${Number(ip.split(".")[3]) - 10}` })), reasons: ["No pod matches."], steps: [], route: null }, before: null, changedAt: 0, refused: "", stale: false };
};

test("cards never lie on each other, whatever was asked, and stand inside a band", () => {
  const questions = fc.array(fc.record({ from: fc.integer({ min: 0, max: 4 }), n: fc.integer({ min: 0, max: 9 }) }), { maxLength: 8 });
  fc.assert(fc.property(questions, fc.integer({ min: 0, max: 900 }), fc.boolean(), (list, height, more) => {
    const pinned = list.map(({ from, n }, i) => asked(`q${i}`, n, from));
    const objects = more ? [...demo(5), namespace("zz"), workload("statefulsets", "StatefulSet", "zz", "other", 2)] : demo(5);
    const before = places(layout(state(objects), { width: 1120 })), picture = layout(state(objects), { width: 1120, height, pinned });
    assert.deepEqual(places(picture), before, "a question moves nothing");
    assert.deepEqual(picture.cards.map((card) => card.id), pinned.map((each) => each.question.id), "none is missing");
    apart(picture.cards, "cards");
    apart(picture.bands, "bands");
    const last = picture.bands.at(-1);
    for (const card of picture.cards) {
      for (const row of card.rows) assert.ok(row.y > card.y && row.y < card.y + card.h, `a row leaves ${card.id}`);
      assert.ok(card.y >= picture.bands[0].y && card.y + card.h < last.y + last.h, `${card.id} leaves the bands`);
    }
    assert.ok(last.y + last.h <= picture.height);
  }), { numRuns: 100 });
});

test("answers that came before the cluster have nowhere to stand yet", () => {
  assert.deepEqual(layout(initial(), { width: 1120, height: 460, pinned: [asked("q", 3)] }).cards, []);
});

test("older answers fold as soon as the map does not show them, the newest never", () => {
  const shown = (height, n) => layout(state(demo(3)), { width: 1120, height, pinned: Array.from({ length: n }, (_, i) => asked(`q${i}`, i ? 1 : 3)) });
  const bottom = (picture) => Math.max(...picture.cards.map((card) => card.y + card.h));
  const words = (picture) => picture.cards.map((card) => (card.folded ? "line" : "card")).join(" ");
  assert.equal(words(shown(1200, 3)), "card card card");
  assert.equal(words(shown(460, 3)), "card card line");
  assert.equal(words(shown(460, 8)), "card line line line line line line line");
  assert.equal(words(shown(0, 3)), "card card card", "a window of unknown height folds nothing");
  assert.ok(bottom(shown(460, 3)) <= 460);
  assert.equal(words(layout(state(demo(3)), { width: 390, phone: true, height: 400, pinned: [asked("q", 3)] })), "", "a phone has no column of cards");
});

test("a card that has room in a band does not lie across two", () => {
  const objects = [...demo(5), namespace("zz"), workload("statefulsets", "StatefulSet", "zz", "other", 5)];
  const picture = layout(state(objects), { width: 1120, pinned: Array.from({ length: 8 }, (_, i) => asked(`q${i}`, 1, i)) });
  for (const card of picture.cards) assert.ok(picture.bands.some((band) => card.y > band.y && card.y + card.h <= band.y + band.h), `${card.id} lies across`);
});

test("far tiles above 100 pods show problems first and count the rest", () => {
  const picture = layout(state(crowd()), { width: 1120 });
  assert.equal(picture.level, "far");
  assert.equal(picture.tiles.length, 41);
  const tile = picture.tileOf.get("deployments/platform/batch-import");
  assert.equal(tile.more, 150);
  assert.deepEqual([...new Set(tile.slots.slice(0, 22).map((slot) => slot.seat.state))], ["failed", "pending"]);
});

/** Milliseconds that this thread itself computed: whatever else the machine does counts for nothing. */
const worked = () => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
};

test("5,000 pods are laid out in less than 50 ms", () => {
  const many = state(crowd(5));
  assert.ok([...many.objects.values()].filter((item) => item.resource === "pods").length > 5000);
  layout(state(crowd()), { width: 1120 });
  const times = Array.from({ length: 5 }, () => {
    const fresh = { ...many, objects: new Map(many.objects) }; // a new map: nothing is remembered
    const start = worked();
    layout(fresh, { width: 1120 });
    return worked() - start;
  });
  assert.ok(Math.min(...times) < 50, `took ${times.map((t) => t.toFixed(1)).join(", ")} ms`);
});

test("a hexagon has six corners; names are cut before their ordinal; words wrap", () => {
  assert.equal(hex(0, 0, 10, true).match(/[ML]/g).length, 6);
  assert.equal(elide("app-stateful-12", 60, 12), "app-s…-12");
  assert.equal(elide("a-name-that-says-all-headless", 120, 12), "a-name-t…-headless");
  assert.equal(elide("theverylongnameofone", 60, 12), "thev…fone");
  assert.equal(elide("headless, selects app=web-stateful", 90, 12), "headless, sel…");
  assert.deepEqual(wrap("a-workload-whose-name-is-long-0", 88, 12, 2), ["a-workload-", "whose-nam…-0"]);
  assert.equal(elide("web", 60, 12), "web");
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.integer({ min: 60, max: 200 }), (text, width) => assert.ok(textWidth(elide(text, width, 12), 12) <= width || elide(text, width, 12).length <= 10)));
  assert.deepEqual(wrap("waiting for app-stateful-3 to be Ready", 130, 11.5, 2), ["waiting for app-", "stateful-3 to be Ready"]);
  // Of several sentences whole ones stay; one that is too long alone is cut at its end.
  assert.deepEqual(wrap("no pod has app=web. app-stateful-0 has app=web-stateful", 130, 11.5, 2), ["no pod has app=web …"]);
  assert.deepEqual(wrap("no pod has it. Deployment web makes it. And more beyond the room", 130, 11.5, 2), ["no pod has it …"]);
  assert.deepEqual(wrap("waits until somebody has pulled the image of it from far away", 130, 11.5, 2), ["waits until somebody", "has pulled the image…"]);
  assert.deepEqual(wrap("ImagePullBackOff", 92, 11.5, 2), ["ImagePull", "BackOff"]);
  assert.ok(wrap("an-unbreakableword".repeat(9), 92, 11.5, 2).every((line) => textWidth(line, 11.5) <= 92));
  assert.equal(wrap("one two three four five six seven eight nine ten", 60, 12, 2).length, 2);
});

test("lines end at the edge of their pod's hexagon, none in mid-air", () => {
  for (const options of [{ width: 1120 }, { width: 390, phone: true }]) {
    const picture = layout(state(demo(5)), options), seats = new Map(picture.tiles.flatMap((tile) => tile.slots.map((slot) => [slot.key, slot])));
    assert.equal(picture.lines.length, 10);
    for (const { d, pod: of, kind } of picture.lines) {
      const [x, y] = d.match(/-?[\d.]+/g).map(Number).slice(-2), { x: cx, y: cy, r } = seats.get(of);
      assert.ok(Math.abs(x - (cx - r * 0.866)) < 0.2 && Math.abs(y - cy) <= r / 2, `${kind} ends at ${x},${y} and the hexagon stands at ${cx},${cy}`);
    }
  }
});

test("a Service that selects nothing has room for its whole reason, also where lines run beside it", () => {
  const picture = layout(state([...demo(3), service("default", "a-web", { app: "web" }, "10.96.7.7")]), { width: 1120 }), lines = wrap("no pod has app=web. app-stateful-0 has app=web-stateful", 1000, 11, 9);
  const bare = picture.plates.filter((plate) => !plate.service.links.length);
  assert.equal(bare.length, 2);
  for (const plate of bare) {
    const note = picture.notes.find((each) => each.service === plate.id);
    assert.ok(note, `${plate.id} says nothing`);
    assert.equal(wrap(lines.join(" "), note.w, 11, note.rows - 1).join(" ").replaceAll("- ", "-"), lines.join(" "));
  }
});
