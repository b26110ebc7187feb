/**
 * The strip of a page without a map that says which moment of the past it shows: the server's own, until the script has
 * that moment itself; then the map's.
 *
 * @import { App } from "./app.js"
 */
import { html, nothing, render } from "lit/html.js";
import { banner } from "../panels/past.js";
import { momentIn } from "./address.js";

export class Then {
  /** @param {App} app @param {() => string} asks what of the page's address says the same on the map's */
  constructor(app, asks) {
    this.app = app;
    this.asks = asks;
    /** @type {HTMLElement|null} the place that was drawn into last */ this.taken = null;
  }

  /** Whether the page stands at the moment that its address names; until then what the server wrote stays. */
  get arrived() {
    const { past } = this.app;
    return momentIn(location.search).at === null || past.looking || past.error !== "";
  }

  draw() {
    const { app } = this, place = document.getElementById("then");
    if (!place || !this.arrived || !app.present.cluster) return;
    if (this.taken !== place) place.replaceChildren();
    this.taken = place;
    document.body.toggleAttribute("data-past", app.past.looking);
    render(app.past.looking || app.past.error ? banner(app, html`<a class="btn sm" href=${`${app.page.urls.explorer}?at=${app.past.revision}${this.asks()}`}>On the map</a>`) : nothing, place);
  }
}
