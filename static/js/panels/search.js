/** The search box: objects by name or address, what a selector keeps, and commands. */
import { html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { carryOut } from "../app/deeds.js";
import { commands, deeds } from "../model/commands.js";
import { kept } from "../model/filter.js";
import { find, looksLikeSelector } from "../model/find.js";
import { selectorWords } from "./filters.js";
import { behind, offers, spoken, VERBS } from "../model/spoken.js";
import { icon } from "./icons.js";

/** @import { App } from "../app/app.js" */
/** @import { Search } from "../app/elsewhere.js" */
/** @typedef {{ kind: string, name: string, mono: boolean, note: string, go: () => void }} Choice */

/** @param {App} app @param {Search} acts */
export function searchBox(app, acts) {
  const { ui } = app, found = ui.searching ? choices(app, acts) : [], aside = ui.searching ? instead(app)?.words ?? "" : "", filter = looksLikeSelector(ui.query);
  const open = ui.searching && (ui.query.trim() !== "" || found.length > 0), at = chosenIn(found, ui);
  const close = () => app.set({ searching: false, query: "", hit: 0, hitOn: "" });
  // A press on an option takes the focus first; and whoever is back by then goes on searching.
  const left = (/** @type {FocusEvent} */ { target }) => setTimeout(() => document.activeElement !== target && app.set({ searching: false }), 150);
  const light = () => {
    const selector = ui.query.trim();
    app.set({ searching: false, query: "" });
    acts.light(selector);
  };
  const choose = (/** @type {Choice} */ choice) => {
    close();
    choice.go();
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    // Looked up anew: somebody who types fast presses Enter before the list was drawn.
    const fresh = choices(app, acts), on = chosenIn(fresh, ui);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const hit = Math.max(0, Math.min(fresh.length - 1, on + (event.key === "ArrowDown" ? 1 : -1)));
      app.set({ hit, hitOn: fresh[hit] ? signOf(fresh[hit]) : "", searching: true });
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (looksLikeSelector(ui.query)) light();
      else if (fresh[on]) choose(fresh[on]);
    } else if (event.key === "Escape") {
      close();
      acts.leave();
    }
  };
  return html`<div class="searchbox ${open ? "open" : ""}" role="search">${icon("search", 14)}
    <input id="find" type="text" role="combobox" aria-label="Find an object by name, address or selector, or run a command" aria-expanded=${open ? "true" : "false"} aria-controls="found" aria-autocomplete="list" aria-activedescendant=${open && found[at] ? `hit-${at}` : nothing} autocomplete="off" spellcheck="false" placeholder=${app.phone ? "Find" : "Search or run a command"} .value=${live(ui.query)}
      @focus=${() => app.set({ searching: true })} @blur=${left} @input=${(/** @type {any} */ e) => app.set({ query: e.target.value, hit: 0, hitOn: "", searching: true })} @keydown=${keys}><kbd>Ctrl K</kbd>
    <div id="found" class="found" role="listbox" aria-label="Found" ?hidden=${!open}>${open ? html`
      ${aside ? html`<div class="found-n" role="option" aria-selected="false">${aside}</div>` : nothing}
      ${filter ? html`<div class="found-n" role="option" aria-selected="true" @pointerdown=${light}>${selectorWords(app, ui.query, (typed) => kept(app.model, typed))}. Enter lights them up.</div>` : nothing}
      ${found.map((choice, i) => html`<div id=${`hit-${i}`} class="found-i ${i === at && !filter ? "on" : ""}" role="option" aria-selected=${i === at && !filter ? "true" : "false"} @pointerdown=${() => choose(choice)}><span class="subtle kind">${choice.kind}</span><span class="${choice.mono ? "mono " : ""}name">${choice.name}</span><span class="subtle mono note">${choice.note}</span></div>`)}
      ${isBare(ui.query) ? html`<div class="found-n" role="option" aria-selected="false">${HELP}</div>` : nothing}
      ${!found.length && !filter && !aside && !isBare(ui.query) ? html`<div class="found-n" role="option" aria-selected="false">${nothingFor(ui.query)}</div>` : nothing}` : nothing}</div></div>`;
}

const HELP = `Or say what to do: ${VERBS.slice(0, -1).join(", ")} or ${VERBS[VERBS.length - 1]}, and a name, such as why web or scale web 5.`;

/** Nothing is typed yet, or a verb without a name. @param {string} query */
const isBare = (query) => !query.trim() || VERBS.some((verb) => verb === query.trim().toLowerCase());

/** @param {string} query */
function nothingFor(query) {
  const said = spoken(query);
  return said ? `Nothing for “${said.verb}” here has ${said.names.join(" or ")} in its name.` : `Nothing here has ${query.trim()} in its name or address.`;
}

/** @param {Choice} choice */
const signOf = ({ kind, name, note }) => `${kind} ${name} ${note}`;

/** Where what arrows led to stands now: objects come and go in the list while somebody looks through it.
 * @param {readonly Choice[]} found @param {{ hit: number, hitOn: string }} ui */
function chosenIn(found, { hit, hitOn }) {
  const at = hitOn ? found.findIndex((choice) => signOf(choice) === hitOn) : -1;
  return at < 0 ? Math.min(hit, found.length - 1) : at;
}

/** What stands for a Service that was to be scaled or restarted. @param {App} app */
const instead = (app) => (mayChange(app) ? behind(app.state, app.model, app.ui.query, app.page) : null);

/** @param {App} app */
const mayChange = (app) => (app.state.user?.canWrite ?? app.page.user.canWrite) && !app.past.looking;

/** Objects first, then what can be done with the selected one, then commands. @param {App} app @param {Search} acts @returns {Choice[]} */
function choices(app, acts) {
  const { query, selected } = app.ui, may = mayChange(app), chosen = app.item(selected);
  const said = [...offers(app.state, query, app.page, may), ...(instead(app)?.offers ?? [])].map((offer) => ({ kind: "Do", name: offer.words, mono: false, note: offer.item.ns, go: () => acts.answer(offer) }));
  const objects = find(app.state, query).map(({ item, group, note }) => ({ kind: item.kind, name: item.name, mono: true, note: group === "Objects" ? item.ns : note, go: () => acts.open(item.id) }));
  const own = chosen && may ? deeds(query, chosen, app.page).map((deed) => ({ kind: "Selected", name: deed.words, mono: false, note: "", go: () => carryOut(app, chosen, deed) })) : [];
  return [...said, ...objects, ...own, ...commands(query, may).filter(({ does }) => does !== "keys" || query || !app.phone).map(({ does, words }) => ({ kind: "Command", name: words, mono: false, note: "", go: () => {
    acts.leave(); // what the command opens gives the focus back to where one was
    acts.run(does);
  } }))];
}
