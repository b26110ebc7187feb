/**
 * Lines that have just gone: they turn dotted and fade, so that the eye sees which. Pure but for what it remembers: the
 * lines of the picture before. Refuses to know why a line went.
 *
 * @import { Line, Picture } from "../types.d.ts"
 */

/** How long a line takes to leave (ms). */
export const LEAVE = 480;
/** When more go at once there is nothing to follow with the eye. */
const MOST = 20;

export class Leaving {
  /** @type {{ shape: string, lines: ReadonlyMap<string, Line> }} */
  #before = { shape: "", lines: new Map() };
  /** @type {Map<string, { line: Line, until: number }>} */
  #going = new Map();

  /** The lines on their way out at `now` (ms). Another `shape` (window, level, cluster) is another picture: nothing leaves it.
   * @param {Picture} picture @param {string} shape @param {number} now @returns {Line[]} */
  of(picture, shape, now) {
    const lines = new Map(picture.lines.map((line) => [line.key, line]));
    if (this.#before.shape !== shape) this.#going.clear();
    else {
      const gone = [...this.#before.lines.values()].filter((line) => line.published && !line.quiet && !lines.get(line.key)?.published);
      if (gone.length <= MOST) for (const line of gone) this.#going.set(line.key, { line, until: now + LEAVE });
    }
    for (const [key, { until }] of this.#going) if (until <= now || lines.get(key)?.published) this.#going.delete(key);
    this.#before = { shape, lines };
    return [...this.#going.values()].map(({ line }) => line);
  }
}
