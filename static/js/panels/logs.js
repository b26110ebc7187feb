/** The tab with what a pod's containers wrote. */
import { html, nothing } from "lit/html.js";
import { keyed } from "lit/directives/keyed.js";
import { ref } from "lit/directives/ref.js";
import { command, icon } from "./icons.js";

/** @import { App } from "../app/app.js" */
/** @import { Item } from "../types.d.ts" */

/** All of a pod's containers by name, those that start before the others first. @param {any} pod the whole object @returns {string[]} */
export const containersOf = (pod) => ["initContainers", "containers", "ephemeralContainers"].flatMap((part) => (pod?.spec?.[part] ?? []).map((/** @type {any} */ each) => each.name));

/** @param {App} app @param {Item} item */
export function logs(app, item) {
  const whole = app.ui.object.id === item.id ? app.ui.object.data?.object : null, names = containersOf(whole), feed = app.logs;
  const usual = whole?.metadata?.annotations?.["kubectl.kubernetes.io/default-container"] ?? whole?.spec?.containers?.[0]?.name ?? "";
  const container = names.includes(app.ui.container) ? app.ui.container : usual;
  if (container) feed.follow(item, container);
  const said = `kubectl logs ${item.name}${item.ns !== "default" ? ` -n ${item.ns}` : ""}${names.length > 1 ? ` -c ${container}` : ""}${feed.previous ? " --previous" : " -f"}`;
  return html`<section class="sec logs">
    <div class="logs-h">${names.length > 1 ? html`<label class="field"><span class="lbl">Container</span><select aria-label="Container" .value=${container} @change=${(/** @type {any} */ e) => app.set({ container: e.target.value })}>${names.map((name) => html`<option ?selected=${name === container}>${name}</option>`)}</select></label>` : nothing}
      ${(item.restarts ?? 0) > 0 ? html`<label class="check"><input type="checkbox" .checked=${feed.previous} @change=${(/** @type {any} */ e) => feed.choose(e.target.checked)}>Of the run before</label>` : nothing}<span class="grow"></span>
      ${feed.lines.length ? html`<button type="button" class="btn sm" data-copy-text=${feed.lines.join("\n")}>${icon("copy", 13)}Copy</button>` : nothing}</div>
    ${feed.problem ? html`<p class="c-wait" role="status">${feed.problem}</p>` : nothing}
    ${feed.lines.length ? keyed(feed.of, html`<pre class="log" tabindex="0" role="log" aria-label="Log of ${container}" ${ref(atEnd)}>${feed.lines.join("\n")}</pre>`) : feed.problem ? nothing : html`<p class="muted">${feed.ended ? "It wrote nothing." : "Nothing written yet."}</p>`}
    ${command(said)}</section>`;
}

/** The newest line stays in sight until somebody scrolls away from it. @param {Element|undefined} found */
function atEnd(found) {
  const log = /** @type {HTMLElement|undefined} */ (found);
  if (!log) return;
  const down = () => (log.scrollTop = log.scrollHeight);
  requestAnimationFrame(down);
  let stays = true;
  log.addEventListener("scroll", () => (stays = log.scrollTop + log.clientHeight >= log.scrollHeight - 24), { passive: true });
  new MutationObserver(() => stays && down()).observe(log, { childList: true, characterData: true, subtree: true });
}
