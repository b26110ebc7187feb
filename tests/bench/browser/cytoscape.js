/** The same pods, Services and links at the same places, drawn with cytoscape, plainly used. */
import cytoscape from "/node_modules/cytoscape/dist/cytoscape.esm.min.mjs";
import { field } from "../../js/frames.js";
import { measure, painted } from "./measure.js";

const objects = field(Number(new URLSearchParams(location.search).get("pods")));
const of = (resource) => objects.filter((each) => each.resource === resource);
const COLOURS = { ready: "#0a7763", notready: "#bf7b12" }, CELL = 22, COLUMNS = 5;

/** Where things stand: tiles of five seats a row, twenty tiles a band. */
function places() {
  const found = new Map(), services = of("services");
  services.forEach((service, n) => {
    const x = (n % 20) * (COLUMNS * CELL + 60), y = Math.floor(n / 20) * 220;
    found.set(service.id, { x, y });
    of_(service).forEach((pod, i) => found.set(pod.id, { x: x + 30 + (i % COLUMNS) * CELL, y: y + 30 + Math.floor(i / COLUMNS) * CELL }));
  });
  return found;
}
const members = new Map();
for (const pod of of("pods")) members.set(`${pod.ns}/${pod.workload.name}`, [...(members.get(`${pod.ns}/${pod.workload.name}`) ?? []), pod]);
const of_ = (service) => members.get(`${service.ns}/${service.name}`) ?? [];

let cy, turn = 0, began = 0;
const subject = {
  async first() {
    began = performance.now();
    const at = places();
    const elements = [
      ...of("services").map((each) => ({ group: "nodes", data: { id: each.id, label: each.name }, classes: "service", position: at.get(each.id) })),
      ...of("pods").map((each) => ({ group: "nodes", data: { id: each.id, colour: COLOURS.ready }, classes: "pod", position: at.get(each.id) })),
      ...of("services").flatMap((each) => of_(each).map((pod) => ({ group: "edges", data: { id: `${each.id} ${pod.id}`, source: each.id, target: pod.id } }))),
    ];
    cy = cytoscape({
      container: document.getElementById("sea"), elements, layout: { name: "preset" },
      style: [{ selector: ".pod", style: { width: 14, height: 14, shape: "hexagon", "background-color": "data(colour)" } }, { selector: ".service", style: { width: 26, height: 18, shape: "round-rectangle", "background-color": "#1d54c4", label: "data(label)", "font-size": 9 } }, { selector: "edge", style: { width: 0.7, "line-color": "#b4beba" } }, { selector: ":selected", style: { "border-width": 2 } }],
    });
    await painted();
    return performance.now() - began;
  },
  pan: (i, frames) => cy.panBy({ x: i % 2 ? 9 : -9, y: i < frames / 2 ? -24 : 24 }),
  zoom: (i, frames) => cy.zoom({ level: cy.zoom() * (i < frames / 2 ? 1.02 : 1 / 1.02), renderedPosition: { x: 560, y: 300 } }),
  async select(i) {
    const start = performance.now(), services = cy.nodes(".service");
    cy.elements(":selected").unselect();
    services[(i * 7) % services.length].select();
    await painted();
    return performance.now() - start;
  },
  change(count) {
    cy.batch(() => {
      const pods = cy.nodes(".pod");
      for (let i = 0; i < count; i++, turn++) {
        const pod = pods[(turn * 7919) % pods.length];
        if (!pod?.inside()) continue;
        if (turn % 5 === 4) {
          const edges = pod.connectedEdges(), position = { ...pod.position() }, sources = edges.map((edge) => edge.source().id()), id = `${pod.id()}-n${turn}`;
          pod.remove();
          cy.add([{ group: "nodes", data: { id, colour: COLOURS.ready }, classes: "pod", position }, ...sources.map((source) => ({ group: "edges", data: { id: `${source} ${id}`, source, target: id } }))]);
        } else pod.data("colour", pod.data("colour") === COLOURS.ready ? COLOURS.notready : COLOURS.ready);
      }
    });
  },
};

window.bench = { measure: (how) => measure(subject, how), change: (count) => subject.change(count) };
