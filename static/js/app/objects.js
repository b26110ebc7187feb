/**
 * What the page fetches beside the live connection: the whole selected object, and what happened before it was opened.
 *
 * @import { App } from "./app.js"
 */

/** The shown object is fetched again at most so often while the cluster changes: events come without a change of it (ms). */
const LOOKED = 2000;

export class Objects {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.looked = undefined;
  }

  /** What happened before this page was opened, for the strip at the foot. The page is whole without it. */
  async history() {
    try {
      const response = await fetch(this.app.page.urls.recent, { headers: { Accept: "application/json" } });
      if (response.ok) this.app.receive({ t: "history", changes: (await response.json()).changes ?? [] });
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem; // no connection: the live one says so already
    }
  }

  /** The whole object for the inspector; asked again when it changed. */
  async look() {
    const { selected, object } = this.app.ui, item = this.app.item(selected);
    if (!item) return;
    const rv = `${item.uid}:${item.rv}`, { revision } = this.app.state, same = object.id === selected && object.rv === rv;
    if (object.loading || (same && object.revision === revision)) return;
    const wait = same ? object.at + LOOKED - this.app.now : 0;
    if (wait > 0) {
      clearTimeout(this.looked);
      this.looked = setTimeout(() => this.app.schedule(), wait);
      return;
    }
    this.app.ui.object = { ...(object.id === selected ? object : { data: null, error: "" }), id: selected, rv, revision, at: this.app.now, error: "", loading: true };
    const url = `${this.app.page.urls.objects}${item.resource}/${item.ns || "-"}/${item.name}`;
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      const body = await response.json();
      if (!response.ok) throw new Error(body.message ?? `The server answered ${response.status}.`);
      this.app.ui.object = { ...this.app.ui.object, data: body, loading: false };
    } catch (problem) {
      this.app.ui.object = { ...this.app.ui.object, error: problem instanceof Error ? problem.message : String(problem), loading: false };
    }
    this.app.schedule();
  }
}
