/**
 * Lists of a form that the server drew, kept as the cluster is: its namespaces, and the pods that run in the chosen one.
 * What is chosen stays, also when it has gone: what is sent is answered with why it cannot be.
 *
 * @import { State } from "../types.d.ts"
 */
import { running } from "../model/running.js";

/** As many as the server draws. */
const MOST = 500;
const NONE = "no pod runs here";

/** What a list shows. Pure. @param {"namespaces"|"pods"} of @param {State} state @param {string} namespace @returns {string[]} */
export function listed(of, { objects }, namespace) {
  const all = [...objects.values()];
  if (of === "namespaces") return all.filter(({ resource }) => resource === "namespaces").map(({ name }) => name).sort();
  return running(all.filter(({ resource, ns }) => resource === "pods" && ns === namespace)).map(({ name }) => name).slice(0, MOST);
}

/** With what is chosen, in its place. Pure. @param {readonly string[]} names @param {string} chosen */
export const withChosen = (names, chosen) => (!chosen || names.includes(chosen) ? names : [...names, chosen].sort());

export class Lists {
  /** @param {HTMLElement} main */
  constructor(main) {
    this.selects = /** @type {HTMLSelectElement[]} */ ([...main.querySelectorAll("select[data-lists]")]);
    this.namespace = this.selects.find(({ dataset }) => dataset.lists === "namespaces");
    /** @type {unknown} */ this.seen = null;
    /** @type {State|null} */ this.state = null;
    this.namespace?.addEventListener("change", () => this.#draw(false));
    for (const select of this.selects) if (select.dataset.lists === "pods") select.addEventListener("change", () => this.#otherPod());
  }

  /** @param {State} state */
  follow(state) {
    if (!this.selects.length || !state.cluster || state.objects === this.seen) return;
    this.seen = state.objects;
    this.state = state;
    this.#draw(true);
  }

  /** @param {boolean} keep whether the chosen pod is of the chosen namespace */
  #draw(keep) {
    if (!this.state) return;
    for (const select of this.selects) {
      const of = select.dataset.lists === "pods" ? "pods" : "namespaces", chosen = of === "namespaces" || keep ? select.value : "";
      const names = withChosen(listed(of, this.state, this.namespace?.value ?? "default"), chosen);
      if (names.length === select.options.length && names.every((name, at) => select.options[at].value === name)) continue;
      select.replaceChildren(...(names.length ? names.map((name) => new Option(name, name, false, name === chosen)) : [new Option(NONE, "")]));
    }
    if (!keep) this.#otherPod();
  }

  /** The containers that were drawn are those of the pod before. */
  #otherPod() {
    document.querySelector("select[name=container]")?.closest("label")?.remove();
  }
}
