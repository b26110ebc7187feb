/**
 * The terminal page's entry: a shell in a container, over the same stream that kubectl uses. What the form asks for
 * stands in the address; the server has looked whether that pod and container are there.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { DIALECT, heard, resized, sentence, typed } from "./terminal/channels.js";
import { debugging, podAddress, streamAddress, suffix } from "./terminal/door.js";

const screen = /** @type {HTMLElement|null} */ (document.getElementById("screen"));
const word = /** @type {HTMLElement} */ (document.getElementById("terminal-state"));
const again = /** @type {HTMLButtonElement} */ (document.getElementById("terminal-again"));

/** The page's colours, as the terminal wants them. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    background: of("--sunken"), foreground: of("--text"), cursor: of("--text"), cursorAccent: of("--sunken"), selectionBackground: of("--virtual-soft"),
    red: of("--fail"), green: of("--ready"), yellow: of("--wait"), blue: of("--virtual"), magenta: of("--answer"),
  };
}

/** xterm puts style sheets in at run time; the page's own rule lets in none but those that carry its nonce. */
function lettingStylesIn() {
  const nonce = /** @type {HTMLElement|null} */ (document.querySelector("script[nonce]"))?.nonce ?? "";
  const make = document.createElement.bind(document);
  document.createElement = /** @type {typeof document.createElement} */ ((/** @type {string} */ tag, /** @type {ElementCreationOptions} */ options) => {
    const made = make(tag, options);
    if (tag === "style") made.nonce = nonce;
    return made;
  });
}

/** @param {string} text @param {"ok"|"bad"|"wait"} mood */
function say(text, mood) {
  word.textContent = text;
  word.dataset.mood = mood;
}

/** @param {Response} response */
async function why(response) {
  const status = await response.json().catch(() => null);
  return String(status?.message ?? `the server answered ${response.status}`);
}

/**
 * Put a container with that image into the pod and wait until it runs; gives its name.
 * @param {import("./terminal/door.js").Place} place @param {string} image
 */
async function besides(place, image) {
  const name = `debugger-${suffix((most) => Math.floor(Math.random() * most))}`;
  const response = await fetch(podAddress(place, "/ephemeralcontainers"), {
    method: "PATCH", headers: { "Content-Type": "application/strategic-merge-patch+json" }, body: JSON.stringify(debugging(name, image)),
  });
  if (!response.ok) throw new Error(await why(response));
  const watch = await fetch(`${place.api}/api/v1/namespaces/${place.namespace}/pods?watch=1&timeoutSeconds=60&fieldSelector=metadata.name%3D${place.pod}`);
  if (!watch.ok || !watch.body) throw new Error(await why(watch));
  const reader = watch.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the container ${name} did not start`);
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const found = (JSON.parse(line).object.status?.ephemeralContainerStatuses ?? []).find((/** @type {{name: string}} */ each) => each.name === name);
      if (found?.state?.terminated) throw new Error(`the container ${name} has ended: ${found.state.terminated.reason}`);
      if (found?.state?.running) {
        await reader.cancel();
        return name;
      }
    }
  }
}

if (screen) {
  const { api = "", namespace = "", pod = "", container = "", image = "" } = screen.dataset;
  lettingStylesIn();
  const terminal = new Terminal({
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches, fontFamily: getComputedStyle(screen).fontFamily,
    fontSize: 13, screenReaderMode: screen.dataset.reader === "true", scrollback: 5000, theme: theme(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(screen);
  fit.fit();
  /** @type {WebSocket|null} */
  let socket = null;
  terminal.onData((text) => socket?.readyState === WebSocket.OPEN && socket.send(typed(text)));
  terminal.onResize(({ cols, rows }) => socket?.readyState === WebSocket.OPEN && socket.send(resized(cols, rows)));
  new ResizeObserver(() => fit.fit()).observe(screen);
  const recolour = () => (terminal.options.theme = theme());
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);

  const open = async () => {
    again.hidden = true;
    let place = { api, namespace, pod, container };
    try {
      if (image) {
        say(`Starting a container with ${image} in ${pod}`, "wait");
        place = { ...place, container: await besides(place, image) };
      } else say(`Connecting to ${pod}`, "wait");
    } catch (error) {
      say(`Not started: ${/** @type {Error} */ (error).message}`, "bad");
      again.hidden = false;
      return;
    }
    const address = new URL(streamAddress(place, image ? "attach" : "exec"), location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address, [DIALECT]);
    socket.binaryType = "arraybuffer";
    let ended = "";
    socket.onopen = () => {
      say(`In ${place.container || pod}`, "ok");
      socket?.send(resized(terminal.cols, terminal.rows));
      if (image) socket?.send(typed("\n"));
      terminal.focus();
    };
    socket.onmessage = ({ data }) => {
      const found = heard(data);
      if (found && "output" in found) terminal.write(found.output);
      else if (found) ended = sentence(found.end);
    };
    socket.onclose = async ({ wasClean }) => {
      const refused = !ended && !wasClean ? await fetch(streamAddress(place, image ? "attach" : "exec"), { method: "POST" }).then((r) => (r.ok ? "" : why(r)), () => "the server cannot be reached") : "";
      say(ended || (refused ? `Not connected: ${refused}` : "The connection has ended."), ended === "The shell has ended." ? "ok" : "bad");
      again.hidden = false;
    };
  };
  again.addEventListener("click", open);
  open();
}
