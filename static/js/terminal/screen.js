/**
 * A terminal in an element: a shell in a container, over the same stream that kubectl uses, or in a container of an
 * image put beside the pod's own. Loaded only where one is opened.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { fetched, told as why } from "../app/fetching.js";
import { beside } from "./beside.js";
import { DIALECT, heard, resized, sentence, typed } from "./channels.js";
import { streamAddress } from "./door.js";

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
    let place = asked, back = false;
    lost = false;
    begun();
    try {
      if (image) {
        say(`Starting a container with ${image} in ${place.pod}`, "wait");
        const { name, known } = await beside(place, image);
        place = { ...place, container: name };
        back = known;
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
      if (back) send(typed("\n")); // its prompt was printed to whoever was here before
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
