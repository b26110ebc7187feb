/**
 * The pure layout as plain SVG: boxes, lines and words where they stand, without the page's look. `npm run pictures`
 * writes the files that pictures.test.js compares; look at them before you commit them.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { layout } from "../../../static/js/layout.js";
import { doorRows, doorsOf } from "../../../static/js/layout/doors.js";
import { hex } from "../../../static/js/layout/geometry.js";
import { boxOf } from "../../../static/js/layout/notes.js";
import { viewOf } from "../../../static/js/model/views.js";
import { initial, reduce } from "../../../static/js/state.js";
import { crowd, demo, endpoint, ingress, namespace, node, pod, service, slice, snapshot, workload } from "../frames.js";

const DESK = { width: 1120 }, PHONE = { width: 390, phone: true };
const WEB = { app: "web-stateful" };

/** Every kind of Service on one StatefulSet, endpoints by hand, one that selects nothing. */
const kinds = () => [...demo(3),
  service("default", "door", WEB, "10.96.8.1", { type: "NodePort", ports: [{ port: 80, targetPort: 80, nodePort: 30080 }] }), slice("default", "door", demo(3).filter((each) => each.resource === "pods").map(endpoint)),
  service("default", "by-hand", null, "10.96.8.2"), slice("default", "by-hand", [{ ip: ["192.0.2.10"], ready: true, pod: null }, { ip: ["192.0.2.11"], ready: true, pod: null }]),
  service("default", "outside", null, "", { type: "ExternalName", externalName: "db.example.com" })];

/** Forty Services in one namespace, over six workloads. */
function many() {
  const sets = Array.from({ length: 6 }, (_, i) => ({ name: `w${i}`, labels: { app: `w${i}` } }));
  const pods = sets.flatMap(({ name, labels }) => [0, 1].map((i) => pod("default", `${name}-${i}`, { ip: `10.244.1.${i}`, ordinal: i, seat: i, labels, workload: { id: `statefulsets/default/${name}`, kind: "StatefulSet", name } })));
  const services = Array.from({ length: 40 }, (_, i) => service("default", `svc-${String(i).padStart(2, "0")}`, sets[i % 6].labels, i % 4 ? `10.96.1.${i}` : "None"));
  return [namespace("default"), ...sets.map(({ name, labels }) => workload("statefulsets", "StatefulSet", "default", name, 2, { selector: labels })), ...pods, ...services, ...services.map((one, i) => slice("default", one.name, pods.filter((each) => each.labels.app === `w${i % 6}`).map(endpoint)))];
}

/** Doors of Ingresses at a headless Service, at a ClusterIP and beside that of a node port. */
const doors = () => [...kinds(), ingress("default", "shop", [["shop.example.com", "/", "web"], ["admin.example.com", "/", "headless-svc-stateful"], ["", "", "door"]])];

const nodes = () => [...demo(5), { ...node("node-2"), created: 1_790_000_000, cordoned: true, room: { pods: "110" } }];

/** @type {Record<string, [() => object[], object]>} */
export const PICTURES = {
  "demo": [() => demo(3), DESK], "demo-five": [() => demo(5), DESK], "demo-on-its-way": [() => demo(5, 3), DESK], "demo-phone": [() => demo(3), PHONE],
  "kinds": [kinds, DESK], "ingress": [doors, DESK], "ingress-phone": [doors, PHONE], "many-services": [many, DESK], "nodes": [nodes, { ...DESK, view: viewOf("node") }], "workloads": [() => many().filter((each) => each.resource !== "services"), { ...DESK, view: viewOf("workload") }],
  "labels": [() => many().filter((each) => each.resource !== "services"), { ...DESK, view: viewOf("label:app") }], "labels-phone": [() => demo(3), { ...PHONE, view: viewOf("label:app") }], "nodes-phone": [nodes, { ...PHONE, view: viewOf("node") }],
  "crowd": [() => crowd(), DESK], "crowd-phone": [() => crowd(), PHONE], "crowd-by-tier": [() => crowd(), { ...DESK, view: viewOf("label:tier") }], "crowd-by-node": [() => crowd(), { ...DESK, view: viewOf("node") }],
};

const HUES = { ready: "#0a7763", notready: "#bf7b12", creating: "#e8b250", pending: "#7c8884", seat: "#dae0de", terminating: "#6b6478", failed: "#bf3014", unknown: "#b3a8c6", completed: "#37c3a0" };
const r = (/** @type {number} */ n) => Math.round(n * 10) / 10;
const box = ({ x, y, w, h }, fill, stroke = "#15201d") => `<rect x="${r(x)}" y="${r(y)}" width="${r(w)}" height="${r(h)}" fill="${fill}" stroke="${stroke}"/>`;
const words = (x, y, text, size = 11) => `<text x="${r(x)}" y="${r(y)}" font-family="sans-serif" font-size="${size}">${text}</text>`;

/** @param {string} name */
export function draw(name) {
  const [objects, options] = PICTURES[name], picture = layout(reduce(initial(), [snapshot(objects())], 1), options);
  const lines = [];
  for (const band of picture.bands) lines.push(box(band, "#fff", "#b4beba"), words(band.x + 8, band.y + 16, band.name));
  for (const knot of picture.knots) lines.push(`<path d="M${r(knot.from)} ${r(knot.y)}H${r(knot.x)}" stroke="#1d54c4" stroke-width="4"/><circle cx="${r(knot.x)}" cy="${r(knot.y)}" r="${knot.small ? 6 : 10}" fill="#e0e9fb" stroke="#1d54c4"/>`);
  for (const line of picture.lines) if (!line.quiet) lines.push(`<path d="${line.d}" fill="none" stroke="${line.kind === "ray" ? "#15201d" : "#1d54c4"}" ${line.published ? "" : 'stroke-dasharray="2 4"'}/>`);
  for (const tile of picture.tiles) {
    lines.push(box(tile, "none", "#dae0de"), words(tile.x + 6, tile.y + 14, `${tile.workload.name} ${tile.workload.ready}/${tile.workload.wanted}${tile.more ? ` +${tile.more}` : ""}`, 10));
    for (const slot of tile.slots) lines.push(`<path d="${hex(r(slot.x), r(slot.y), slot.r, true)}" fill="${HUES[slot.seat.state]}"/>`);
  }
  for (const chip of picture.chips) lines.push(box({ ...chip, y: chip.y - 11, h: 22 }, "#fff"), words(chip.x + 4, chip.y + 4, `${chip.name} ${chip.address}`.trim(), 10));
  for (const other of picture.outsiders) lines.push(box(other, "#fff", "#7c8884"), words(other.x + 4, other.y + 15, other.address, 10));
  for (const plate of picture.plates) lines.push(box(plate, plate.service.shape === "headless" ? "#fff" : "#e0e9fb"), words(plate.x + 8, plate.y + 16, plate.service.item.name));
  for (const plate of picture.plates) {
    const { port, ingress: other } = doorsOf(plate, picture.phone), rows = doorRows(plate, picture.phone);
    if (port) lines.push(box(port, "#1d54c4"));
    if (other) lines.push(box(other, "#fff", "#7c8884"));
    if (rows) lines.push(box({ x: plate.x - 8, y: plate.y + plate.h + 5, w: plate.w + 10, h: rows * 15 }, "none", "#8f5600"));
  }
  for (const note of picture.notes) lines.push(box(boxOf(note), "none", "#a3216b"), words(boxOf(note).x + 2, note.y, note.sort, 10));
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${r(picture.width)} ${r(picture.height)}" width="${r(picture.width)}" height="${r(picture.height)}">`;
  return `${head}\n<rect width="100%" height="100%" fill="#f3f5f4"/>\n${lines.join("\n")}\n</svg>\n`;
}

export const fileOf = (name) => new URL(`${name}.svg`, import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const name of Object.keys(PICTURES)) writeFileSync(fileOf(name), draw(name));
