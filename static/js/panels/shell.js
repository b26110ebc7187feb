/** The shell in the dock: which container, what is said of it, the screen. */
import { html, nothing } from "lit/html.js";
import { keyed } from "lit/directives/keyed.js";
import { ref } from "lit/directives/ref.js";
import { running } from "../model/running.js";
import { toolSwitch } from "../requests/box.js";
import { icon } from "./icons.js";

/** @import { App } from "../app/app.js" */

const MOST = 300;
const IMAGES = ["slongstreet/bind-utils:latest", "busybox:1.36", "curlimages/curl", "debian:12"];

/** The command that does the same. @param {import("../app/shell.js").Where} where */
export function shellCommand({ namespace, pod, container, image }) {
  const place = namespace && namespace !== "default" ? ` -n ${namespace}` : "";
  const given = /^[\w./:@-]+$/.test(image) ? image : `'${image.replaceAll("'", "'\\''")}'`;
  return image ? `kubectl debug -it ${pod}${place} --image=${given} -- sh` : `kubectl exec -it ${pod}${place}${container ? ` -c ${container}` : ""} -- sh`;
}

/** The phone's sheet while it is closed. @param {App} app */
export function shellHead(app) {
  const open = app.ui.sheet === "dns", { where, said } = app.shell;
  return html`<button type="button" class="sheet-h" aria-expanded=${open ? "true" : "false"} @click=${() => app.set({ sheet: open ? "" : "dns" })}><span class="grip" aria-hidden="true"></span><span class="dock-h"><b>${where ? `Shell in ${where.pod}` : "A shell in a pod"}</b></span><span class="muted">${where ? said : "Choose a running pod."}</span></button>`;
}

/** @param {App} app */
export function shellBox(app) {
  const { shell } = app, pods = running(app.model.pods.values()), may = app.state.user?.canWrite ?? app.page.user.canWrite;
  if (!shell.form.pod && pods.length) Object.assign(shell.form, { pod: pods.find((pod) => pod.ns === "default")?.name ?? pods[0].name, namespace: pods.find((pod) => pod.ns === "default")?.ns ?? pods[0].ns });
  const { where, form } = shell, open = (/** @type {Event} */ event) => {
    event.preventDefault();
    shell.start();
  };
  return html`<div class="shell-box"><form class="ask" @submit=${open}>${toolSwitch(app)}
      <label class="field from"><span class="lbl">In</span><select aria-label="Pod to open a shell in" .value=${`${form.namespace}/${form.pod}`} @change=${(/** @type {any} */ e) => { const [namespace, pod] = e.target.value.split("/"); shell.fill({ namespace, pod, container: "" }); }}>${pods.slice(0, MOST).map((pod) => html`<option value=${`${pod.ns}/${pod.name}`} ?selected=${pod.ns === form.namespace && pod.name === form.pod}>${pod.ns === "default" ? pod.name : `${pod.name} (${pod.ns})`}</option>`)}${pods.length ? nothing : html`<option value="/">no pod runs</option>`}</select></label>
      <label class="field wide"><span class="lbl">Debug image</span><input type="text" list="shell-images" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="none: the pod's own container" aria-label="Image of a container of its own (none: the pod's container)" .value=${form.image} @input=${(/** @type {any} */ e) => { shell.form.image = e.target.value; }}></label>
      <button class="btn pri" ?disabled=${!may || !pods.length}>Open</button><datalist id="shell-images">${IMAGES.map((image) => html`<option value=${image}></option>`)}</datalist></form>
    ${where ? html`<div class="term-line"><span role="status" data-mood=${shell.mood}>${shell.said}</span>${shell.again ? html`<button type="button" class="btn sm" @click=${() => shell.reopen()}>Open again</button>` : nothing}<span class="grow"></span><code class="subtle">${shellCommand(where)}</code><button type="button" class="iconb tiny" data-copy-text=${shellCommand(where)} aria-label="Copy the command">${icon("copy", 13)}</button>
        <button type="button" class="btn sm" aria-pressed=${app.ui.tall ? "true" : "false"} @click=${() => app.set({ tall: !app.ui.tall })}>${app.ui.tall ? "Lower" : "Taller"}</button><button type="button" class="iconb tiny" aria-label="Close the shell" @click=${() => { shell.close(); app.set({ tall: false }); }}>${icon("close", 13)}</button></div>
      ${keyed(shell.number, html`<div class="screen" role="group" aria-label="Terminal" ${ref((element) => { shell.mount(element); })}></div>`)}`
    : html`<p class="none-yet">${app.past.looking ? "A shell is one of the present: what stood in a container's files then is not kept. Back to live, above the map, leads there." : may ? "A shell as kubectl exec gives it, or, with an image, in a container of its own beside the pod's, as kubectl debug does. Nothing typed here runs outside the cluster." : "You may look at this cluster, not run commands in its pods: its owner and staff may."}</p>`}</div>`;
}
