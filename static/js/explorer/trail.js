/**
 * What was asked last on the map, the shell that is open there and the panel's tab, kept in the address: a link shows
 * them to somebody else, back and forth go through what was asked.
 *
 * @import { App } from "../app/app.js"
 * @import { Asked } from "../app/address.js"
 */
import { askingIn, panelIn, withAsking, withPanel } from "../app/address.js";

export class Trail {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** Whether what is asked becomes a step of the browser's history. */
    this.steps = false;
    /** What is asked now, as an address says it. */
    this.at = "";
    app.asking = (asked) => this.put(asked);
  }

  /** @param {Asked|null} asked */
  put(asked) {
    const at = withAsking("", asked);
    if (!this.steps || at === this.at) return;
    this.at = at;
    history.pushState(null, "", location.pathname + withAsking(location.search, asked) + location.hash);
  }

  /** Ask what the address asks, unless that is asked already. */
  open() {
    const asked = askingIn(location.search), { app } = this, at = withAsking("", asked);
    const same = at === this.at, before = askingIn(this.at);
    this.at = at;
    this.steps = false;
    try {
      if (!same && before?.tool === "shell") app.shell.close();
      if (same) return;
      if (asked?.tool === "dns") {
        app.set({ tool: "dns" });
        app.questions.ask({ name: asked.name, type: asked.type, pod: asked.pod, namespace: asked.namespace });
      } else if (asked?.tool === "request") {
        app.set({ tool: "request" });
        app.traffic.fill({ from: asked.from, to: asked.to });
        app.traffic.send(asked.count);
      } else if (asked) {
        app.set({ tool: "shell" });
        app.shell.fill(asked);
        // A container of its own is put into the pod for good: that is pressed by whoever wants it.
        if (!asked.image) app.shell.start();
      } else {
        app.traffic.forget();
        app.set({ tool: "dns", current: "" });
      }
    } finally {
      this.steps = true;
    }
  }

  /** The panel's tab that the address opens, for whatever is selected. */
  recall() {
    this.app.set(panelIn(location.search));
  }

  /** With every drawing: which tab is open is no step of its own. */
  keep() {
    const { ui } = this.app, shown = ui.selected ? ui : { panel: "summary" };
    if (withPanel("", panelIn(location.search)) === withPanel("", shown)) return;
    history.replaceState(null, "", location.pathname + withPanel(location.search, shown) + location.hash);
  }
}
