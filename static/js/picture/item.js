/** What is the same for everything on the map: how keys and screen readers meet it, the mark of what is broken. */
import { svg } from "lit/html.js";

/** @import { Kept, Line } from "../types.d.ts" */

/**
 * @typedef {object} Look what a person does with the picture
 * @property {readonly Line[]} going lines on their way out @property {string} selected id @property {string} hover id @property {string} tab the id that Tab reaches
 * @property {ReadonlySet<string>} lit ids an answer names @property {ReadonlySet<string>} askers pods that asked @property {ReadonlySet<string>} routed Services an answer leads through @property {ReadonlySet<string>|null} [reached] pods that got what was sent through them; null when any may
 * @property {Kept|null} matches what a filter leaves, null without one
 * @property {number} k zoom @property {number} now ms @property {{x0: number, y0: number, x1: number, y1: number}} view what is in sight, in the picture's own units
 */

/**
 * What keys and screen readers meet: an outline that is the focus ring, with the whole story as its name. The drawing
 * beside it is hidden from them; it says the same in pieces.
 * @param {string} id @param {number} level @param {string} name @param {Look} look @param {string} d
 */
export const treeitem = (id, level, name, look, d) => svg`<path role="treeitem" class="ring-focus" aria-level=${level} aria-label=${name} aria-selected=${look.selected === id ? "true" : "false"} data-id=${id} tabindex=${look.tab === id ? 0 : -1} d=${d}></path>`;

/** A rectangle with round corners, as a path. @param {number} x @param {number} y @param {number} w @param {number} h @param {number} r */
export const frame = (x, y, w, h, r) => `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;

/** The zoom that far words go by: in steps, so that not every turn of the wheel writes them anew. @param {number} k */
export const stepOf = (k) => (k > 0.94 && k < 1.08 ? 1 : 2 ** (Math.round(Math.log2(k) * 4) / 4));

/** Of what works and deserves a look. @param {number} x @param {number} y */
export const hintMark = (x, y) => svg`<path class="hint-mark" d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"></path><path class="hint-mark-g" d="M${x} ${y - 2.8}v3.2m0 2v.1"></path>`;

/** @param {number} x @param {number} y */
export const badMark = (x, y) => svg`<path class="bad-mark" d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"></path><path class="bad-mark-g" d="M${x} ${y - 2.8}v3.2m0 2v.1"></path>`;
