/**
 * What the page fetches beside the live connection: the whole selected object, as it is or was.
 *
 * @import { App } from "./app.js"
 */
import { json, told } from "./fetching.js";

/** The shown object is fetched again at most so often while the cluster changes: events come without a change of it (ms). */
const LOOKED = 2000;

export class Objects {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.looked = undefined;
  }

  /** The whole object for the inspector; asked again when it changed. */
  async look() {
    const { selected, object } = this.app.ui, item = this.app.item(selected);
    if (!item || this.app.past.playing || this.app.past.comparison.ghosts.has(selected)) return;
    const rv = `${item.uid}:${item.rv}${this.app.past.query("?")}`, { revision } = this.app.state, same = object.id === selected && object.rv === rv;
    if (object.loading || (same && object.revision === revision)) return;
    const wait = same ? object.at + LOOKED - this.app.now : 0;
    if (wait > 0) {
      clearTimeout(this.looked);
      this.looked = setTimeout(() => this.app.schedule(), wait);
      return;
    }
    this.app.ui.object = { ...(object.id === selected ? object : { data: null, error: "" }), id: selected, rv, revision, at: this.app.now, error: "", loading: true };
    const url = `${this.app.page.urls.objects}${item.resource}/${item.ns || "-"}/${item.name}${this.app.past.query("?")}`;
    try {
      const data = await json(url);
      this.app.ui.object = { ...this.app.ui.object, data, loading: false };
    } catch (problem) {
      this.app.ui.object = { ...this.app.ui.object, error: told(problem), loading: false };
    }
    this.app.schedule();
  }
}
