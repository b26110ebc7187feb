/** The terminal as a module of its own, for pages that load it when somebody opens a shell. */
export { mountTerminal } from "./terminal/screen.js";
