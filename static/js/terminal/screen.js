/**
 * A terminal in an element: a shell in a container, over the same stream that kubectl uses, or in a container of an
 * image put beside the pod's own. Loaded only where one is opened.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { fetched, told as why } from "../app/fetching.js";
import { DIALECT, heard, resized, sentence, typed } from "./channels.js";
import { debugging, podAddress, streamAddress, suffix } from "./door.js";

/** @typedef {"ok"|"bad"|"wait"} Mood */

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
let letIn = false;
function lettingStylesIn() {
  if (letIn) return;
  letIn = true;
  const nonce = /** @type {HTMLElement|null} */ (document.querySelector("script[nonce]"))?.nonce ?? "";
  const make = document.createElement.bind(document);
  document.createElement = /** @type {typeof document.createElement} */ ((/** @type {string} */ tag, /** @type {ElementCreationOptions} */ options) => {
    const made = make(tag, options);
    if (tag === "style") made.nonce = nonce;
    return made;
  });
}

/**
 * Put a container with that image into the pod and wait until it runs; gives its name.
 * @param {import("./door.js").Place} place @param {string} image
 */
async function besides(place, image) {
  const name = `debugger-${suffix((most) => Math.floor(Math.random() * most))}`;
  await fetched(podAddress(place, "/ephemeralcontainers"), {
    method: "PATCH", headers: { "Content-Type": "application/strategic-merge-patch+json" }, body: JSON.stringify(debugging(name, image)),
  });
  const watch = await fetched(`${place.api}/api/v1/namespaces/${place.namespace}/pods?watch=1&timeoutSeconds=60&fieldSelector=metadata.name%3D${place.pod}`);
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (watch.body).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the container ${name} did not start`);
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const found = (JSON.parse(line).object.status?.ephemeralContainerStatuses ?? []).find((/** @type {{name: string}} */ each) => each.name === name);
      const waits = found?.state?.waiting;
      if (waits && !/^(ContainerCreating|PodInitializing)$/.test(waits.reason ?? "")) {
        await reader.cancel();
        throw new Error(`${name} is in ${waits.reason}${waits.message ? `: ${waits.message}` : ""}`);
      }
      if (found?.state?.terminated) throw new Error(`the container ${name} has ended: ${found.state.terminated.reason}`);
      if (found?.state?.running) {
        await reader.cancel();
        return name;
      }
    }
  }
}

/**
 * @param {HTMLElement} screen @param {import("./door.js").Place & { image: string }} where
 * @param {{ say: (text: string, mood: Mood) => void, begun: () => void, ended: () => void, reader?: boolean }} told `begun`: it is being opened; `ended`: it can be opened again
 * @returns {{ open: () => Promise<void>, focus: () => void, close: () => void }}
 */
export function mountTerminal(screen, { image, ...asked }, { say, begun, ended, reader = false }) {
  lettingStylesIn();
  const terminal = new Terminal({
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches, fontFamily: getComputedStyle(screen).fontFamily,
    fontSize: 13, screenReaderMode: reader, scrollback: 5000, theme: theme(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(screen);
  fit.fit();
  /** @type {WebSocket|null} */
  let socket = null;
  let closed = false;
  /** It ended because the server was away: what was typed there is gone, but a new shell can be had. A container of an image
   * is somebody's own act each time. */
  let lost = false;
  const again = () => {
    if (!lost) return;
    terminal.write("\r\n");
    void open();
  };
  document.addEventListener("kubarium:back", again);
  const send = (/** @type {Uint8Array<ArrayBuffer>} */ message) => socket?.readyState === WebSocket.OPEN && socket.send(message);
  terminal.onData((text) => send(typed(text)));
  terminal.onResize(({ cols, rows }) => send(resized(cols, rows)));
  const sized = new ResizeObserver(() => screen.clientHeight && fit.fit());
  sized.observe(screen);
  const recolour = () => (terminal.options.theme = theme());
  const themed = new MutationObserver(recolour), dark = matchMedia("(prefers-color-scheme: dark)");
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", recolour);

  async function open() {
    let place = asked;
    lost = false;
    begun();
    try {
      if (image) {
        say(`Starting a container with ${image} in ${place.pod}`, "wait");
        place = { ...place, container: await besides(place, image) };
      } else say(`Connecting to ${place.pod}`, "wait");
    } catch (error) {
      say(`Not started: ${/** @type {Error} */ (error).message}`, "bad");
      return ended();
    }
    if (closed) return;
    const address = new URL(streamAddress(place, image ? "attach" : "exec"), location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address, [DIALECT]);
    socket.binaryType = "arraybuffer";
    let end = "";
    socket.onopen = () => {
      say(`In ${place.container || place.pod}`, "ok");
      send(resized(terminal.cols, terminal.rows));
      if (image) send(typed("\n"));
      terminal.focus();
    };
    socket.onmessage = ({ data }) => {
      const found = heard(data);
      if (found && "output" in found) terminal.write(found.output);
      else if (found) end = sentence(found.end);
    };
    socket.onclose = async ({ wasClean }) => {
      if (closed) return;
      const refused = !end && !wasClean ? await fetched(streamAddress(place, image ? "attach" : "exec"), { method: "POST" }).then(() => "", why) : "";
      say(end || (refused ? `Not connected: ${refused}` : "The connection has ended."), end === "The shell has ended." ? "ok" : "bad");
      lost = !end && !image;
      ended();
    };
  }

  return {
    open, focus: () => terminal.focus(),
    close() {
      closed = true;
      socket?.close();
      document.removeEventListener("kubarium:back", again);
      sized.disconnect();
      themed.disconnect();
      dark.removeEventListener("change", recolour);
      terminal.dispose();
    },
  };
}
