/** The yardstick of a first drawing: the same workloads as blocks of dots at fixed places, one path for each state,
 * written as one string. Nothing is derived, laid out, kept for a later change or drawn around it. */
import { field } from "../../js/frames.js";
import { painted } from "./measure.js";

const COLUMNS = 9, WIDE = 130, TALL = 70, DOT = 9.6;
const objects = field(Number(new URLSearchParams(location.search).get("pods")));

function drawing() {
  const members = new Map();
  for (const each of objects) {
    if (each.resource !== "pods") continue;
    const tile = members.get(each.workload.id);
    if (tile) tile.push(each);
    else members.set(each.workload.id, [each]);
  }
  let n = 0, tiles = "";
  for (const [id, pods] of members) {
    const x = 20 + (n % COLUMNS) * (WIDE + 8), y = 20 + Math.floor(n / COLUMNS) * (TALL + 8), dots = { ready: "", notready: "", failed: "" };
    pods.forEach((pod, i) => (dots[pod.state] += `M${x + 9 + (i % 5) * DOT} ${y + 26 + Math.floor(i / 5) * 8}l3.5 2v4l-3.5 2l-3.5 -2v-4z`));
    tiles += `<g role="treeitem" tabindex="${n ? -1 : 0}" aria-label="${id}: ${pods.length} pods"><rect class="tile" x="${x}" y="${y}" width="${WIDE}" height="${TALL}" rx="6"></rect><text x="${x + 8}" y="${y + 16}">${pods[0].workload.name}</text>${Object.entries(dots).map(([state, d]) => d && `<path class="${state}" d="${d}"></path>`).join("")}</g>`;
    n++;
  }
  return `<svg width="1280" height="${40 + Math.ceil(n / COLUMNS) * (TALL + 8)}" role="tree">${tiles}</svg>`;
}

async function first() {
  const began = performance.now();
  document.body.innerHTML = drawing();
  await painted();
  return performance.now() - began;
}

window.bench = { first };
