/**
 * The shell that is open in the dock: in which container, what is said of it. The terminal itself is a module of its
 * own, fetched when the first one is opened.
 *
 * @import { App } from "./app.js"
 */

/** @typedef {{ namespace: string, pod: string, container: string, image: string }} Where */

export class Shell {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Where} */ this.form = { namespace: "", pod: "", container: "", image: "" };
    /** @type {Where|null} */ this.where = null;
    /** Which opening this is: a new one gets a new screen. */
    this.number = 0;
    this.said = "";
    /** @type {"ok"|"bad"|"wait"} */ this.mood = "wait";
    this.again = false;
    /** @type {HTMLElement|null} the terminal's own, which outlives the box that it stands in */ this.host = null;
    /** @type {{ open: () => Promise<void>, focus: () => void, close: () => void }|null} */ this.terminal = null;
  }

  get open() {
    return this.app.ui.tool === "shell";
  }

  /** Show the box, and open a shell at once where one is named. @param {Partial<Where>} [given] */
  show(given = {}) {
    this.form = { ...this.form, container: "", image: "", ...given };
    this.app.set({ tool: "shell", ...(this.app.phone ? { sheet: "dns" } : {}) });
    if (given.pod) this.start();
  }

  /** @param {Partial<Where>} changes */
  fill(changes) {
    this.form = { ...this.form, ...changes };
    this.app.schedule();
  }

  start() {
    if (!this.form.pod) return;
    this.#end();
    this.where = { ...this.form, image: this.form.image.trim() };
    this.number += 1;
    this.app.asking({ tool: "shell", ...this.where });
    this.say("Fetching the terminal", "wait");
  }

  close() {
    this.#end();
    this.app.asking(null);
  }

  #end() {
    this.terminal?.close();
    this.host?.remove();
    Object.assign(this, { terminal: null, host: null, where: null, again: false, said: "" });
  }

  /** @param {string} text @param {"ok"|"bad"|"wait"} mood */
  say(text, mood) {
    Object.assign(this, { said: text, mood });
    this.app.schedule();
  }

  reopen() {
    this.terminal?.open();
  }

  /** The screen stands in the page: the terminal goes into it, and again when another box was shown meanwhile. @param {Element|undefined} screen */
  async mount(screen) {
    const { where, number } = this;
    if (!screen || !where) return;
    if (this.host) {
      screen.append(this.host);
      return this.terminal?.focus();
    }
    const host = (this.host = document.createElement("div"));
    host.className = "host";
    screen.append(host);
    const { modules, urls } = this.app.page;
    try {
      const [{ mountTerminal }] = await Promise.all([/** @type {Promise<typeof import("../screen.js")>} */ (import(modules.screen)), styled(modules.screenStyle)]);
      if (number !== this.number || !this.where) return;
      this.terminal = mountTerminal(host, { api: urls.api, ...where }, {
        say: (text, mood) => this.say(text, mood),
        begun: () => {
          this.again = false;
        },
        ended: () => {
          this.again = true;
          this.app.schedule();
        },
      });
      await this.terminal.open();
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem; // the module could not be fetched
      this.say("The terminal could not be fetched. Is the server there?", "bad");
      this.again = false;
    }
  }
}

/** @param {string} href @returns {Promise<unknown>} */
function styled(href) {
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve); // it only looks worse then
    document.head.append(link);
  });
}
