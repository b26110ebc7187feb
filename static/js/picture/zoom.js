/**
 * Pan and zoom: drag, wheel, pinch, keys. Sets a transform; never moves by itself. Wheel pans, Ctrl and wheel zooms.
 */
/** From here on details are drawn at their own size: see `place` in explorer.js. */
export const SNUG = 0.94;

export class Zoom {
  /** @param {HTMLElement|SVGSVGElement} surface @param {(k: number, byHand: boolean) => void} moved */
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
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    this.dragged = false;
    surface.addEventListener("wheel", (event) => this.#wheel(/** @type {WheelEvent} */ (event)), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.#down(/** @type {PointerEvent} */ (event)));
    surface.addEventListener("pointermove", (event) => this.#move(/** @type {PointerEvent} */ (event)));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) surface.addEventListener(end, (event) => this.#up(/** @type {PointerEvent} */ (event)));
  }

  /** Look how large the surface is. To be called when that changed: asking for it in between costs a layout of the page. */
  measure() {
    this.size = { width: this.surface.clientWidth, height: this.surface.clientHeight };
  }

  /** Keep some of the picture in sight. */
  #hold() {
    const { width, height } = this.size, w = this.bounds.width * this.k, h = this.bounds.height * this.k;
    this.x = w <= width ? (width - w) / 2 : Math.min(24, Math.max(width - w - 24, this.x));
    this.y = h <= height ? 0 : Math.min(0, Math.max(height - h - 12, this.y));
  }

  /** @param {number} k @param {number} [px] @param {number} [py] the point that stays, in pixels of the surface */
  to(k, px = this.size.width / 2, py = this.size.height / 2) {
    const next = Math.min(this.most, Math.max(this.least, k));
    this.x = px - ((px - this.x) / this.k) * next;
    this.y = py - ((py - this.y) / this.k) * next;
    this.k = next;
    this.#hold();
    this.moved(this.k, true);
  }

  /** @param {number} dx @param {number} dy */
  by(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#hold();
    this.moved(this.k, true);
  }

  /** How large a picture of this size can be with all of it in sight, never larger than `most`.
   * @param {{ width: number, height: number }} picture @param {number} [most] */
  room(picture, most = 1) {
    const { width, height } = this.size;
    return Math.min(most, width / picture.width, height / picture.height);
  }

  /** Everything in sight. @param {number} [most] */
  fit(most = 1) {
    this.k = this.room(this.bounds, most);
    this.x = 0;
    this.y = 0;
    this.#hold();
    this.moved(this.k, true);
  }

  /** A new picture (another level, the first): back to the top at full size; what is a little too high for that is
   * shown whole instead. */
  reset() {
    const whole = this.room(this.bounds);
    this.k = whole >= SNUG ? whole : Math.min(1, this.size.width / this.bounds.width || 1);
    this.x = 0;
    this.y = 0;
    this.#hold();
    this.moved(this.k, false);
  }

  /** Bring a box of the picture into sight, only as far as needed. @param {{x: number, y: number, w: number, h: number}} box */
  show(box) {
    const { width, height } = this.size, left = box.x * this.k + this.x, top = box.y * this.k + this.y;
    const right = left + box.w * this.k, bottom = top + box.h * this.k, edge = 24;
    let dx = 0, dy = 0;
    if (left < edge) dx = edge - left;
    else if (right > width - edge) dx = Math.max(width - edge - right, edge - left);
    if (top < edge) dy = edge - top;
    else if (bottom > height - edge) dy = Math.max(height - edge - bottom, edge - top);
    if (dx || dy) this.by(dx, dy);
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
