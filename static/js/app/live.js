/**
 * The live connection: frames in, questions and acts out. After a loss it tries again with back-off and resumes by
 * revision. Refuses to know what frames mean.
 */

const FIRST = 500, MOST = 15000;

/** Close codes after which trying again is no use, and what to say then. */
const FINAL = /** @type {Record<number, string>} */ ({
  4401: "You are signed out. Load the page again to sign in.",
  4403: "You may not see this cluster.",
  4404: "This cluster no longer exists.",
  4429: "Too many pages are open under your name. Close some and load this one again.",
});

export class Live {
  /**
   * @param {string} url of the socket, without `since`
   * @param {{ frame: (frame: any) => void, opened: () => void, lost: (retryAt: number) => void, ended: (problem: string) => void, since: () => string }} told
   */
  constructor(url, told) {
    this.url = url;
    this.told = told;
    this.wait = FIRST;
    /** @type {WebSocket|null} */ this.socket = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.timer !== undefined && this.now());
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const since = this.told.since();
    const target = new URL(this.url, location.href);
    target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
    if (since) target.searchParams.set("since", since);
    const socket = new WebSocket(target.href);
    this.socket = socket;
    let open = false;
    socket.addEventListener("open", () => {
      open = true;
      this.told.opened();
    });
    socket.addEventListener("message", (event) => {
      this.wait = FIRST;
      this.told.frame(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      const final = FINAL[/** @type {CloseEvent} */ (event).code];
      if (final) return this.told.ended(final);
      if (open) this.wait = FIRST;
      // A third of chance keeps a class of thirty browsers from coming back in the same instant.
      const delay = this.wait * (0.85 + Math.random() * 0.3);
      this.wait = Math.min(MOST, this.wait * 2);
      this.timer = setTimeout(() => this.connect(), delay);
      this.told.lost(Date.now() + delay);
    });
  }

  /** Try at once instead of waiting. */
  now() {
    if (this.socket) return;
    this.wait = FIRST;
    this.connect();
  }

  /** @param {Record<string, unknown>} frame @returns {boolean} whether it went out */
  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}
