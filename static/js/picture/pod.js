/** A pod in the picture: shape by state, ordinal inside, mark at the lower right, rings outside. */
import { nothing, svg } from "lit/html.js";
import { hex, round as n } from "../layout/geometry.js";

let clips = 0;
const MOST_CLIPS = 20_000;
/** @type {Map<string, string>} */
const clipIds = new Map();

/** A document-wide id that stays the same for the same place. @param {string} key */
function clipId(key) {
  let id = clipIds.get(key);
  if (!id) {
    if (clipIds.size > MOST_CLIPS) clipIds.clear(); // places of workloads long gone
    clipIds.set(key, (id = `clip${++clips}`));
  }
  return id;
}

/**
 * @param {{ x: number, y: number, r: number, state: string, label?: string|number, progress?: number, selected?: boolean,
 *   lit?: boolean, asks?: boolean, changed?: boolean, clip?: string }} pod
 */
export function podShape({ x, y, r, state, label = "", progress = 0.5, selected = false, lit = false, asks = false, changed = false, clip = "" }) {
  const d = hex(x, y, r), size = n(Math.max(10, r * 0.58));
  return svg`${changed ? svg`<path class="changed" d=${hex(x, y, r + 9)}></path>` : nothing}
    ${selected ? svg`<path class="ring-sel" d=${hex(x, y, r + 7)}></path>` : nothing}
    ${lit ? svg`<path class="ring-lit" d=${hex(x, y, r + 4)}></path>` : nothing}
    ${body(x, y, r, state, d, progress, clip || `${x},${y},${r},${state}`)}
    ${label === "" ? nothing : svg`<text class="p-num n-${state}" x=${n(x)} y=${n(y + size * 0.35)} font-size=${size}>${label}</text>`}
    ${mark(x, y, r, state, label === "")}
    ${asks ? svg`<circle class="asker" cx=${n(x - r * 0.72)} cy=${n(y - r * 0.68)} r="8"></circle><text class="asker-t" x=${n(x - r * 0.72)} y=${n(y - r * 0.68 + 3.8)}>?</text>` : nothing}`;
}

/** @param {number} x @param {number} y @param {number} r @param {string} state @param {string} d @param {number} progress @param {string} clip */
function body(x, y, r, state, d, progress, clip) {
  if (state === "creating") {
    const top = n(y + r - 2 * r * progress), id = clipId(clip);
    return svg`<clipPath id=${id}><path d=${d}></path></clipPath><path class="p-creating" d=${d}></path>
      <g clip-path="url(#${id})"><rect class="p-level" x=${n(x - r)} y=${top} width=${2 * r} height=${2 * r}></rect></g><path class="p-creating-line" d=${d}></path>`;
  }
  if (state === "notready") return svg`<path class="p-notready" d=${d}></path><path class="p-notready-in" d=${hex(x, y, n(r * 0.66))}></path>`;
  if (state === "terminating") {
    const id = clipId(clip);
    const lines = Array.from({ length: 9 }, (_, i) => `M${n(x - r + (i - 4) * r * 0.32)} ${n(y + r)}L${n(x + r + (i - 4) * r * 0.32)} ${n(y - r)}`).join("");
    return svg`<clipPath id=${id}><path d=${hex(x, y, n(r * 0.94))}></path></clipPath><path class="p-terminating" d=${d}></path><path class="p-hatch" clip-path="url(#${id})" d=${lines}></path>`;
  }
  return svg`<path class="p-${state}" d=${d}></path>`;
}

/** @param {number} x @param {number} y @param {number} r @param {string} state @param {boolean} bare no ordinal inside */
function mark(x, y, r, state, bare) {
  if (state === "failed" && r <= 13 && bare) {
    const t = n(r * 0.36);
    return svg`<path class="f-cross" d="M${n(x - t)} ${n(y - t)}l${2 * t} ${2 * t}m0 ${-2 * t}l${-2 * t} ${2 * t}"></path>`;
  }
  if (r <= 13) return nothing;
  const bx = n(x + r * 0.66), by = n(y + r * 0.66), b = Math.max(6.5, r * 0.27);
  const glyphs = /** @type {Record<string, string>} */ ({
    failed: `M${n(bx - b * 0.42)} ${n(by - b * 0.42)}L${n(bx + b * 0.42)} ${n(by + b * 0.42)}M${n(bx + b * 0.42)} ${n(by - b * 0.42)}L${n(bx - b * 0.42)} ${n(by + b * 0.42)}`,
    unknown: `M${n(bx - b * 0.34)} ${n(by - b * 0.2)}q0 ${n(-b * 0.4)} ${n(b * 0.36)} ${n(-b * 0.4)}t${n(b * 0.34)} ${n(b * 0.4)}t${n(-b * 0.34)} ${n(b * 0.42)}v${n(b * 0.1)}m0 ${n(b * 0.3)}v.1`,
    completed: `M${n(bx - b * 0.45)} ${by}l${n(b * 0.32)} ${n(b * 0.34)}l${n(b * 0.55)} ${n(-b * 0.68)}`,
    terminating: `M${bx} ${n(by - b * 0.48)}v${n(b * 0.92)}m${n(-b * 0.36)} ${n(-b * 0.36)}l${n(b * 0.36)} ${n(b * 0.36)}l${n(b * 0.36)} ${n(-b * 0.36)}`,
    pending: `M${bx} ${n(by - b * 0.46)}v${n(b * 0.46)}l${n(b * 0.32)} ${n(b * 0.26)}`,
  });
  return glyphs[state] ? svg`<circle class="m-${state}" cx=${bx} cy=${by} r=${n(b)}></circle><path class="m-g m-${state}-g" d=${glyphs[state]}></path>` : nothing;
}

const FAR_SIZE = /** @type {Record<string, number>} */ ({ failed: 1.12, unknown: 1.12, terminating: 0.62, seat: 0.3, creating: 0.84, pending: 0.84, completed: 0.84 });

/** Far away the pods of a tile are one path for each state, and one more for the marks cut out of them.
 * @param {readonly { x: number, y: number, r: number, seat: { state: string } }[]} slots @param {readonly boolean[]|null} [kept] which of them a filter leaves */
export function dots(slots, kept = null) {
  /** @type {Map<string, string>} */ const by = new Map();
  let marks = "";
  slots.forEach(({ x, y, r, seat: { state } }, i) => {
    const cls = `f-${state}${kept?.[i] === false ? " dim" : ""}`;
    by.set(cls, (by.get(cls) ?? "") + dot(x, y, n(r * (FAR_SIZE[state] ?? 1))));
    const t = n(r * 0.46);
    if (state === "failed") marks += `M${n(x - t)} ${n(y - t)}l${2 * t} ${2 * t}m0 ${-2 * t}l${-2 * t} ${2 * t}`;
    if (state === "notready") marks += `M${n(x)} ${n(y - r * 0.4)}v${n(r * 0.8)}`;
  });
  return svg`${[...by].map(([cls, d]) => svg`<path class=${cls} d=${d}></path>`)}${marks ? svg`<path class="f-cross" d=${marks}></path>` : nothing}`;
}

/** Places of a node that nobody has, as one path. @param {readonly {x: number, y: number}[]} free @param {number} r */
export const freePlaces = (free, r) => free.length ? svg`<path class="f-seat" d=${free.map(({ x, y }) => dot(x, y, r)).join("")}></path>` : nothing;

/** A sharp hexagon with relative moves: short, and no trigonometry for each of thousands.
 * @param {number} x @param {number} y @param {number} r */
function dot(x, y, r) {
  const w = n(r * 0.866), h = n(r / 2);
  return `M${n(x)} ${n(y - r)}l${w} ${h}v${r}l${-w} ${h}l${-w} ${-h}v${-r}z`;
}

/** A pod as a small sign beside words. @param {string} state @param {number} [size] */
export const lens = (state, size = 14) => svg`<svg class="lens" width=${size} height=${size} viewBox="0 0 14 14" aria-hidden="true">${podShape({ x: 7, y: 7, r: 6, state, clip: `lens ${state}` })}</svg>`;
