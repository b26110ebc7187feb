/**
 * What a person does to the cluster: sent over the live connection, told as done or refused with its kubectl command.
 *
 * @import { App } from "./app.js"
 */

/** How long the command of a done act stays in sight (ms). */
const NOTED = 4000;

export class Acts {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.counter = 0;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.noted = undefined;
  }

  /** @param {{ verb: string, speed?: number, pace?: string }} change */
  clock(change) {
    const id = `a${++this.counter}`;
    // A clock that was made faster or slower goes on as it did before the pause.
    if (change.verb === "pause") this.app.ui.speed = this.app.state.speed || 1;
    this.app.waiting.push({ t: "acted", id, verb: change.verb, key: "" });
    this.#send({ t: "clock", id, ...change });
    this.app.set({ act: id });
  }

  /** @param {{ verb: "scale"|"delete"|"restart"|"fault"|"cordon", key: string, replicas?: number, fault?: string, on?: boolean }} act @param {string} kubectl */
  do(act, kubectl) {
    const id = this.begin(act.verb, act.key, kubectl);
    this.#send({ t: "act", id, ...act });
  }

  /** Somebody began something: its end is told under this id. @param {string} verb @param {string} key @param {string} kubectl */
  begin(verb, key, kubectl) {
    const id = `a${++this.counter}`;
    this.app.waiting.push({ t: "acted", id, verb, key, kubectl });
    this.app.set({ sure: "" });
    this.note(id);
    return id;
  }

  /** Show how it went; what is done only for a while. @param {string} id */
  note(id) {
    this.app.set({ act: id });
    clearTimeout(this.noted);
    this.noted = setTimeout(() => this.app.ui.act === id && !this.app.state.acts.get(id)?.refused && this.app.set({ act: "" }), NOTED);
  }

  /** What is over cannot be changed. @param {{ t: string, id: string, [field: string]: unknown }} frame */
  #send(frame) {
    const message = this.app.past.looking ? `You look at revision ${this.app.past.revision}, which is over. Go back to live to change something.` : "Not connected. Nothing was changed.";
    if (this.app.past.looking || !this.app.live.send(frame)) this.app.waiting.push({ t: "refused", id: frame.id, message });
  }
}
