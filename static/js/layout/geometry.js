/** Shapes and sizes by arithmetic alone: hexagons, text widths, elided names. Pure. */

const n = (/** @type {number} */ v) => Math.round(v * 10) / 10;

/** @type {Map<string, string>} */
const hexes = new Map();

/** Pointy-top hexagon round the origin-shifted centre, corners rounded by 14 % of r.
 * @param {number} cx @param {number} cy @param {number} r @param {boolean} [sharp] @returns {string} path data */
export function hex(cx, cy, r, sharp = false) {
  const key = `${cx},${cy},${r},${sharp}`;
  const found = hexes.get(key);
  if (found) return found;
  const corners = Array.from({ length: 6 }, (_, i) => {
    const a = (Math.PI / 3) * i - Math.PI / 2;
    return [cx + r * Math.cos(a), cy + r * Math.sin(a)];
  });
  let d = "";
  if (sharp) d = `M${corners.map(([x, y]) => `${n(x)} ${n(y)}`).join("L")}Z`;
  else {
    const t = 0.14;
    corners.forEach(([x, y], i) => {
      const [ax, ay] = corners[(i + 5) % 6], [bx, by] = corners[(i + 1) % 6];
      d += `${i ? "L" : "M"}${n(x + (ax - x) * t)} ${n(y + (ay - y) * t)}Q${n(x)} ${n(y)} ${n(x + (bx - x) * t)} ${n(y + (by - y) * t)}`;
    });
    d += "Z";
  }
  if (hexes.size > 40000) hexes.clear();
  hexes.set(key, d);
  return d;
}

// Advance widths by class of letter, in em, a little wide on purpose: the page must hold without its fonts too, and
// two browsers must come to the same picture, so nothing is measured in the page.
const THIN = new Set("iljtfrI.,:;'|!()[] -");
const WIDE = new Set("mwMWGOQD@%");
/** The end of a name, with its dash, that is kept when the name is cut. */
const LONGEST_TAIL = 10;

/** @param {string} text @param {number} size px @param {boolean} [mono] @returns {number} px */
export function textWidth(text, size, mono = false) {
  if (mono) return text.length * size * 0.602;
  let em = 0;
  for (const c of text) em += THIN.has(c) ? 0.35 : WIDE.has(c) ? 0.86 : 0.575;
  return em * size;
}

/** What of a name is kept when it is cut: its ordinal, hash or last word with the dash before it. @param {string} name */
export function tailOf(name) {
  const dash = name.lastIndexOf("-");
  return dash > 0 && name.length - dash <= LONGEST_TAIL ? name.slice(dash) : name.slice(-4);
}

/** A name that fits: a long one is cut in its middle, before its ordinal, hash or last word, never inside these; a
 * sentence is cut at its end.
 * @param {string} name @param {number} width px @param {number} size px @param {boolean} [mono] */
export function elide(name, width, size, mono = false) {
  if (textWidth(name, size, mono) <= width) return name;
  const last = /\s/.test(name) ? "" : tailOf(name);
  const tail = textWidth(`${name.slice(0, 3)}…${last}`, size, mono) <= width ? last : "";
  let head = name.slice(0, name.length - tail.length);
  while (head.length > 1 && textWidth(`${head}…${tail}`, size, mono) > width) head = head.slice(0, -1);
  return `${head}…${tail}`;
}

/** Words in lines of at most `width`; a name may break after a dash, a long ImagePullBackOff before a capital. At most `most` lines: whole
 * sentences as long as there is room for one, else the last line is cut.
 * @param {string} text @param {number} width @param {number} size @param {number} most @returns {string[]} */
export function wrap(text, width, size, most) {
  /** @type {string[]} */ const lines = [];
  let line = "";
  const pieces = text.split(/(?<=[\s-])/).flatMap((piece) => (textWidth(piece.trimEnd(), size) > width ? piece.split(/(?<=[a-z])(?=[A-Z](?!ff))/) : [piece]));
  for (const piece of pieces) {
    if (line && textWidth((line + piece).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  if (line) lines.push(line.trimEnd());
  const sentences = text.slice(0, -1).lastIndexOf(". ");
  if (lines.length > most && sentences > 0) return wrap(`${text.slice(0, sentences)} …`, width, size, most);
  if (lines.length > most) {
    const sentence = /\s/.test(text), rest = lines.slice(most - 1).join(sentence ? " " : "");
    lines.length = most - 1;
    lines.push((sentence ? elideEnd : elide)(rest, width, size));
  }
  return lines.map((each) => (textWidth(each, size) > width ? elideEnd(each, width, size) : each));
}

/** @param {string} text @param {number} width @param {number} size */
function elideEnd(text, width, size) {
  let head = text;
  while (head.length > 1 && textWidth(`${head}…`, size) > width) head = head.slice(0, -1);
  return head === text ? text : `${head.trimEnd()}…`;
}

export const round = n;
