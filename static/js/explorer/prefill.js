/** The first question one could ask, ready in the form of the DNS box. */
import { isUntouched, preset, stands, UNSET } from "../model/presets.js";

/** @import { App } from "../app/app.js" */

export class Prefill {
  /** @param {App} app @param {HTMLElement} dock where the form stands */
  constructor(app, dock) {
    this.app = app;
    this.dock = dock;
    /** What the form was given last. */
    this.given = UNSET;
  }

  /** The first question one could ask, ready in the form until somebody typed there: pods come and go meanwhile. */
  offer() {
    if (!isUntouched(this.app.ui.form, this.given) || stands(this.app.model, this.given) || this.dock.contains(document.activeElement)) return;
    const found = preset(this.app.model);
    if (!found) return;
    this.given = found;
    this.app.ui.form = { ...this.app.ui.form, ...found };
  }
}
