/**
 * Pan and zoom: drag, wheel, pinch, keys. Sets a transform; never moves by itself. Wheel pans, Ctrl and wheel zooms.
 */
import { missing } from "./anchor.js";
import { STRIP } from "./beyond.js";

/** @import { Box } from "./anchor.js" */

/** From here on details are drawn with all the rest: a foot that is cut says less than words a little smaller. */
export const SNUG = 0.94;
/** How long a gentle move takes (ms). */
const GLIDE = 320;
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Zoom {
  /** @param {HTMLElement|SVGSVGElement} surface @param {(k: number, at: {x: number, y: number}|null) => void} moved called with the point that somebody held, null when nobody did */
  constructor(surface, moved) {
    this.surface = surface;
    this.moved = moved;
    this.size = { width: surface.clientWidth, height: surface.clientHeight };
    this.k = 1;
    this.x = 0;
    this.y = 0;
    this.least = 0.2;
    this.most = 4;
    this.bounds = { width: 1000, height: 600 };
    /** How much of the surface something lies over, in pixels from its right and its lower edge. */
    this.covered = { right: 0, bottom: 0 };
    /** How the picture was put into its frame, as long as no hand has moved it since. @type {(() => void)|null} */
    this.placed = null;
    /** The frame is of another size than it was put into. */
    this.resized = false;
    /** Which gentle move is under way; another one, or a hand, ends it. */
    this.gliding = 0;
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    this.dragged = false;
    /** @type {() => readonly Box[]} what there is to be seen */
    this.seen = () => [];
    surface.addEventListener("wheel", (event) => this.#wheel(/** @type {WheelEvent} */ (event)), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.#down(/** @type {PointerEvent} */ (event)));
    surface.addEventListener("pointermove", (event) => this.#move(/** @type {PointerEvent} */ (event)));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) surface.addEventListener(end, (event) => this.#up(/** @type {PointerEvent} */ (event)));
  }

  /** Look how large the surface is. To be called when that changed: asking for it in between costs a layout of the page. */
  measure() {
    const { width, height } = this.size;
    this.size = { width: this.surface.clientWidth, height: this.surface.clientHeight };
    this.resized ||= width !== this.size.width || height !== this.size.height;
  }

  /** A frame of another size is filled as it was before, unless somebody looks at a place of their own. */
  again() {
    if (!this.resized) return;
    this.resized = false;
    this.placed?.();
  }

  /** All of it in the middle, or the place that keeps some of it in sight. @param {number} x @param {number} y */
  #put(x, y) {
    const { width, height } = this.size, w = this.bounds.width * this.k, h = this.bounds.height * this.k;
    const { right, bottom } = this.covered, middle = (width - w) / 2;
    if (w <= width) this.x = right ? within(x, width - right - w - 24, middle) : middle;
    else this.x = within(x, width - right - w - 24, 24);
    this.y = h <= height - bottom ? 0 : within(y, height - bottom - h - 12, 0);
  }

  /** As far as some of the picture stays in sight; what stands beyond that already goes no further. @param {number} x @param {number} y */
  #go(x, y) {
    const { width, height } = this.size, { right, bottom } = this.covered;
    this.x = within(x, ...span(this.x, width, this.bounds.width * this.k, { before: 24, after: 24, covered: right }));
    this.y = within(y, ...span(this.y, height, this.bounds.height * this.k, { before: 0, after: 12, covered: bottom }));
  }

  /** @param {number} k @param {number} [px] @param {number} [py] the point that stays, in pixels of the surface */
  to(k, px = this.size.width / 2, py = this.size.height / 2) {
    this.gliding++;
    this.placed = null;
    const next = Math.min(this.most, Math.max(this.least, k)), nearer = next > this.k;
    const x = px - ((px - this.x) / this.k) * next, y = py - ((py - this.y) / this.k) * next;
    this.k = next;
    if (nearer) Object.assign(this, { x, y });
    else this.#go(x, y);
    this.#notNowhere();
    this.moved(this.k, { x: px, y: py });
  }

  /** Who comes near to a place where nothing stands gets the nearest thing into sight. */
  #notNowhere() {
    const { width, height } = this.size, away = missing(this.seen(), { x0: -this.x / this.k, y0: -this.y / this.k, x1: (width - this.x) / this.k, y1: (height - this.y) / this.k });
    if (!away) return;
    this.x -= away.dx * this.k;
    this.y -= away.dy * this.k;
  }

  /** @param {number} dx @param {number} dy */
  by(dx, dy) {
    this.gliding++;
    this.placed = null;
    this.#go(this.x + dx, this.y + dy);
    this.moved(this.k, this.middle);
  }

  /** Where the picture is, to come back to. */
  get standing() {
    return { x: this.x, y: this.y, k: this.k, placed: this.placed };
  }

  /** To where it was. @param {Zoom["standing"]} standing */
  comeBack({ x, y, placed }) {
    this.gliding++;
    Object.assign(this, { x, y, placed });
    this.moved(this.k, this.middle);
  }

  /** The middle of the surface. */
  get middle() {
    return { x: this.size.width / 2, y: this.size.height / 2 };
  }

  /** How large a picture of this size can be with all of it in sight, never larger than `most`.
   * @param {{ width: number, height: number }} picture @param {number} [most] */
  room(picture, most = 1) {
    const { width, height } = this.size;
    return Math.min(most, width / picture.width, height / picture.height);
  }

  /** Everything in sight. @param {number} [most] */
  fit(most = 1) {
    this.gliding++;
    this.placed = () => this.fit(most);
    this.k = this.room(this.bounds, most);
    this.#put(0, 0);
    this.moved(this.k, this.middle);
  }

  /** A new picture (another level, the first): back to the top at full size; what is a little too high for that is
   * shown whole instead. */
  reset() {
    this.gliding++;
    this.placed = () => this.reset();
    this.resized = false;
    this.k = this.#first();
    this.#put(0, 0);
    this.moved(this.k, null);
  }

  #first() {
    const whole = this.room(this.bounds);
    return whole >= SNUG ? whole : Math.min(1, this.size.width / this.bounds.width || 1);
  }

  /** A new picture of which somebody held this box at this point: the box stays below it, the rest as near to its usual
   * place as that allows. @param {Box} box @param {{ x: number, y: number }} at @param {boolean} hit whether the point was on it */
  hold(box, at, hit) {
    this.gliding++;
    this.placed = null;
    this.resized = false;
    this.k = this.#first();
    this.#put(at.x - (box.x + box.w / 2) * this.k, at.y - (box.y + box.h / 2) * this.k);
    if (hit) {
      const edge = Math.min(12, box.w / 4, box.h / 4);
      this.x = within(this.x, at.x - (box.x + box.w - edge) * this.k, at.x - (box.x + edge) * this.k);
      this.y = within(this.y, at.y - (box.y + box.h - edge) * this.k, at.y - (box.y + edge) * this.k);
    } else this.#notNowhere();
    this.moved(this.k, null);
  }

  /** How far the picture has to move for a box of it to be seen, in pixels. @param {{x: number, y: number, w: number, h: number}} box */
  #missing(box) {
    const width = this.size.width - this.covered.right, height = this.size.height - this.covered.bottom, edge = 24, foot = STRIP + 8;
    const left = box.x * this.k + this.x, top = box.y * this.k + this.y, right = left + box.w * this.k, bottom = top + box.h * this.k;
    let dx = 0, dy = 0;
    if (left < edge) dx = edge - left;
    else if (right > width - edge) dx = Math.max(width - edge - right, edge - left);
    if (top < edge) dy = edge - top;
    else if (bottom > height - foot) dy = Math.max(height - foot - bottom, edge - top);
    return { dx, dy };
  }

  /** What a box may take, with some air around it. */
  get #free() {
    return { width: this.size.width - this.covered.right, height: this.size.height - this.covered.bottom - STRIP, edge: 32 };
  }

  /** How large a box can be with all of it in sight. @param {{w: number, h: number}} box */
  sizeFor({ w, h }) {
    const { width, height, edge } = this.#free;
    return Math.min((width - 2 * edge) / w, (height - 2 * edge) / h);
  }

  /** A box in the middle, as large as it fits between these sizes; of what is too large for that its beginning.
   * @param {{x: number, y: number, w: number, h: number}} box @param {{ least: number, most: number }} sizes */
  frame(box, { least, most }) {
    const { width, height, edge } = this.#free;
    this.gliding++;
    this.placed = null;
    this.k = within(this.sizeFor(box), least, most);
    const start = (/** @type {number} */ room, /** @type {number} */ at, /** @type {number} */ size) => Math.max(edge, (room - size * this.k) / 2) - at * this.k;
    this.#put(start(width, box.x, box.w), start(height, box.y, box.h));
    this.moved(this.k, null);
  }

  /** Whether all of a box is seen already. @param {{x: number, y: number, w: number, h: number}} box */
  sees(box) {
    const width = this.size.width - this.covered.right, height = this.size.height - this.covered.bottom;
    const left = box.x * this.k + this.x, top = box.y * this.k + this.y;
    return left >= 0 && top >= 0 && left + box.w * this.k <= width && top + box.h * this.k <= height;
  }

  /** Bring a box of the picture into sight, only as far as needed. @param {{x: number, y: number, w: number, h: number}} box */
  show(box) {
    const { dx, dy } = this.#missing(box);
    if (dx || dy) this.by(dx, dy);
  }

  /** The same so that the eye can follow, at once where no movement is wanted; nothing moves when it is seen already.
   * @param {{x: number, y: number, w: number, h: number}} box */
  glide(box) {
    const { dx, dy } = this.#missing(box);
    if (this.sees(box) || (!dx && !dy)) return;
    if (still()) return this.by(dx, dy);
    this.placed = null;
    const turn = ++this.gliding, from = { x: this.x, y: this.y }, begun = performance.now();
    const step = (/** @type {number} */ now) => {
      if (turn !== this.gliding) return;
      const part = Math.min(1, Math.max(0, (now - begun) / GLIDE)), eased = 1 - (1 - part) ** 3;
      this.#go(from.x + dx * eased, from.y + dy * eased);
      this.moved(this.k, this.middle);
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /** What is in sight, in the picture's units, with nothing lying over it. */
  get open() {
    const width = this.size.width - this.covered.right, height = this.size.height - this.covered.bottom;
    return { x0: -this.x / this.k, y0: -this.y / this.k, x1: (width - this.x) / this.k, y1: (height - this.y) / this.k };
  }

  /** What is in sight, in the picture's units, with a margin. */
  view() {
    const { width, height } = this.size, margin = 200;
    return { x0: (-this.x - margin) / this.k, y0: (-this.y - margin) / this.k, x1: (width - this.x + margin) / this.k, y1: (height - this.y + margin) / this.k };
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const box = this.surface.getBoundingClientRect(), unit = event.deltaMode === 1 ? 16 : 1;
    if (event.ctrlKey || event.metaKey) this.to(this.k * Math.exp(-event.deltaY * unit * 0.002), event.clientX - box.left, event.clientY - box.top);
    else this.by(-(event.shiftKey ? event.deltaY : event.deltaX) * unit, event.shiftKey ? 0 : -event.deltaY * unit);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.fingers.size === 1) this.dragged = false;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const last = this.fingers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY }, others = [...this.fingers].filter(([id]) => id !== event.pointerId);
    if (!this.dragged && !others.length && Math.hypot(now.x - last.x, now.y - last.y) < 4) return;
    if (!this.dragged) this.surface.setPointerCapture(event.pointerId);
    this.dragged = true;
    this.fingers.set(event.pointerId, now);
    if (!others.length) return this.by(now.x - last.x, now.y - last.y);
    const other = others[0][1], box = this.surface.getBoundingClientRect();
    const before = Math.hypot(last.x - other.x, last.y - other.y), after = Math.hypot(now.x - other.x, now.y - other.y);
    this.to((this.k * after) / (before || 1), (now.x + other.x) / 2 - box.left, (now.y + other.y) / 2 - box.top);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.fingers.delete(event.pointerId);
  }
}

/** @param {number} value @param {number} least @param {number} most */
const within = (value, least, most) => Math.min(most, Math.max(least, value));

/** Where the beginning of what is so long may stand on a surface so wide, with some air before and after it; what fits
 * stays as it is, but for what something lies over, and what is further out may only come back.
 * @param {number} at @param {number} room @param {number} size @param {{ before: number, after: number, covered: number }} air @returns {[number, number]} */
function span(at, room, size, { before, after, covered }) {
  const rest = within(at, 0, Math.max(0, room - size)), end = room - covered - size - after;
  const [least, most] = size > room ? [end, before] : [covered ? Math.min(rest, end) : rest, rest];
  return [Math.min(at, least), Math.max(at, most)];
}
