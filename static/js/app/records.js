/**
 * What happened to the selected object, as the log has it: fetched when somebody looks, and what one change of it changed.
 *
 * @import { Tick } from "../types.d.ts"
 * @import { FieldDifference } from "./comparison.js"
 * @import { App } from "./app.js"
 */
import { ticksOf } from "../state.js";
import { json, told } from "./fetching.js";

const MOST = 100;

export class Records {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** Which object at which of its versions. */
    this.of = "";
    /** @type {Tick[]} the newest first */ this.ticks = [];
    /** The change whose fields are told; 0: none. */
    this.opened = 0;
    /** @type {FieldDifference[]|null} */ this.fields = null;
    this.error = "";
  }

  /** Fetch what is not known yet of the selected object. */
  async look() {
    const item = this.app.item(this.app.ui.selected);
    if (!item) return;
    const of = `${item.id} ${item.rv}`, same = this.of.startsWith(`${item.id} `);
    if (this.of === of) return;
    Object.assign(this, { of, error: "", ...(same ? {} : { ticks: [], opened: 0, fields: null }) });
    const found = await this.#fetched(`recent?limit=${MOST}&object=${encodeURIComponent(item.key)}`);
    if (this.of === of && found) this.ticks = ticksOf(found.changes).reverse();
    this.app.schedule();
  }

  /** Tell what a change changed, or no longer. @param {number} revision */
  async open(revision) {
    Object.assign(this, { opened: this.opened === revision ? 0 : revision, fields: null });
    this.app.schedule();
    if (!this.opened) return;
    const found = await this.#fetched(`compare?from=${revision - 1}&to=${revision}`);
    if (this.opened === revision && found) this.fields = found.objects[0]?.fields ?? [];
    this.app.schedule();
  }

  /** @param {string} path @returns {Promise<any>} null, and `error` says why, when it cannot be had */
  async #fetched(path) {
    try {
      return await json(`${this.app.page.urls.explorer}${path}`);
    } catch (problem) {
      this.error = told(problem);
      return null;
    }
  }
}
