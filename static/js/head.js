/**
 * The entry of pages whose own part the server draws or another script does: their head is alive, a lost connection is
 * said, and nothing is sent into it; lists of its forms follow the cluster.
 */
import { render } from "lit/html.js";
import { App } from "./app/app.js";
import { Head } from "./app/head.js";
import { Lists } from "./app/lists.js";
import { pageData } from "./app/page.js";
import { notice } from "./panels/live.js";

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const app = new App(pageData(main), draw), head = new Head(app, main), lists = new Lists(main), note = document.createElement("div");
note.className = "note-slot page-note";
main.before(note);

function draw() {
  head.measure();
  head.draw();
  lists.follow(app.state);
  render(notice(app, "page"), note);
}

// A form that is sent to nobody would leave the browser's own page of an error in the place of what was written.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (app.present.phase !== "lost" || event.defaultPrevented || !main.contains(form)) return;
  event.preventDefault();
  app.set({ held: true });
  app.receive({ t: "say", text: "Not connected. Nothing was sent." });
});

setInterval(() => app.present.phase === "live" || app.schedule(), 1000);
app.live.connect();
app.schedule();
