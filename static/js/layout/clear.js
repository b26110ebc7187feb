/** Whether a box meets a line, and the lines as straight pieces. Pure arithmetic. */

/** @typedef {{ x1: number, y1: number, x2: number, y2: number }} Piece */
/** @typedef {{ x: number, y: number, w: number, h: number }} Box */

const STEPS = 16;
const NUMBERS = /-?[\d.]+/g;

/** The pieces of a path of the form `M x y L x y …` or `M x y C …`. @param {string} d @returns {Piece[]} */
export function pieces(d) {
  const [x1, y1, ...rest] = (d.match(NUMBERS) ?? []).map(Number);
  if (!d.includes("C")) return rest.flatMap((x2, i) => (i % 2 ? [] : [{ x1: i ? rest[i - 2] : x1, y1: i ? rest[i - 1] : y1, x2, y2: rest[i + 1] }]));
  const [ax, ay, bx, by, x2, y2] = rest, /** @type {Piece[]} */ found = [];
  let px = x1, py = y1;
  for (let i = 1; i <= STEPS; i++) {
    const t = i / STEPS, u = 1 - t;
    const x = u * u * u * x1 + 3 * u * u * t * ax + 3 * u * t * t * bx + t * t * t * x2, y = u * u * u * y1 + 3 * u * u * t * ay + 3 * u * t * t * by + t * t * t * y2;
    found.push({ x1: px, y1: py, x2: x, y2: y });
    px = x;
    py = y;
  }
  return found;
}

/** Whether a piece touches a box (Liang and Barsky). @param {Box} box @param {Piece} piece */
export function meets({ x, y, w, h }, { x1, y1, x2, y2 }) {
  const dx = x2 - x1, dy = y2 - y1;
  let from = 0, to = 1;
  for (const [p, q] of [[-dx, x1 - x], [dx, x + w - x1], [-dy, y1 - y], [dy, y + h - y1]]) {
    if (p === 0) {
      if (q < 0) return false;
    } else if (p < 0) from = Math.max(from, q / p);
    else to = Math.min(to, q / p);
    if (from > to) return false;
  }
  return true;
}

/** @param {Box} a @param {Box} b */
export const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Whether nothing is in a box. @param {Box} box @param {readonly Piece[]} lines @param {readonly Box[]} things */
export const isClear = (box, lines, things) => !lines.some((line) => meets(box, line)) && !things.some((thing) => overlap(box, thing));
