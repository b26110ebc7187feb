/**
 * The head of every page of a cluster, alive: the search box, the clock, the live sign; and what is said to a screen
 * reader. The page below it is somebody else's.
 *
 * @import { App } from "./app.js"
 * @import { Ways } from "./elsewhere.js"
 */
import { render } from "lit/html.js";
import { voice } from "../announce.js";
import { offerKeys } from "../panels/keys.js";
import { liveSign } from "../panels/live.js";
import { searchBox } from "../panels/search.js";
import { elsewhere } from "./elsewhere.js";

const PHONE = 600;

export class Head {
  /** @param {App} app @param {HTMLElement} main @param {Ways} [search] what finding something leads to */
  constructor(app, main, search = elsewhere(app)) {
    this.app = app;
    this.main = main;
    this.acts = { ...search, leave: () => this.leave() };
    this.said = "";
    this.news = "";
    // What somebody asked for and what the cluster does by itself often come in one drawing.
    this.say = voice();
    this.report = voice();
    /** What had the focus before the search box. @type {EventTarget|null} */
    this.before = null;
    this.search = document.getElementById("search");
    this.live = document.getElementById("live");
    this.viewing = /** @type {HTMLElement|null} */ (document.querySelector(".viewing"));
    // What the server wrote there holds until the page knows better.
    this.live?.replaceChildren();
    addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      document.getElementById("find")?.focus();
    });
    offerKeys();
    // Who leaves the search box is back where the keys were before.
    this.search?.addEventListener("focusin", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.search?.contains(relatedTarget))) this.before = relatedTarget;
    });
  }

  leave() {
    const { before } = this;
    if ((before instanceof HTMLElement || before instanceof SVGElement) && before.isConnected && before !== document.body) before.focus({ preventScroll: true });
    else document.getElementById("find")?.blur();
  }

  /** Before the page draws: what size it is. */
  measure() {
    this.app.phone = innerWidth <= PHONE;
    document.body.classList.toggle("phone", this.app.phone);
  }

  draw() {
    const { app, main } = this, { state } = app;
    const may = app.present.user?.canWrite ?? app.page.user.canWrite;
    if (this.viewing) this.viewing.hidden = may;
    document.body.classList.toggle("viewing-only", !may);
    main.dataset.phase = state.phase;
    main.dataset.revision = String(state.revision);
    if (this.search) render(searchBox(app, this.acts), this.search);
    if (this.live) render(liveSign(app), this.live);
    if (this.said !== state.said) this.say(this.said = state.said);
    if (this.news !== state.news) this.report(this.news = state.news);
  }
}
