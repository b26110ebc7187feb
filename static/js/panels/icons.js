/** Icons of 16 px with strokes of 1.5 and round ends. Each stands beside a label or under an aria-label. */
import { html } from "lit/html.js";

const PATHS = {
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14", chevron: "M4.5 6.5 8 10l3.5-3.5", up: "M4.5 9.5 8 6l3.5 3.5",
  close: "M4 4l8 8M12 4l-8 8", check: "M3.5 8.5 6.5 11.5 12.5 4.8", plus: "M8 3.2v9.6M3.2 8h9.6", minus: "M3.2 8h9.6",
  copy: "M6 6h7v7.5H6ZM10 6V2.5H3V10h3", warn: "M8 2.4 14.2 13H1.8ZM8 6.4v3.2M8 11.3v.1", info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.3v3.6M8 5v.1",
  filter: "M2.5 3.5h11L9.3 8.4v4.4l-2.6-1.3V8.4Z", dns: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2.2 8h11.6M8 2c2 2 2.6 4 2.6 6S10 12 8 14M8 2C6 4 5.4 6 5.4 8S6 12 8 14",
  pause: "M5.5 3.5v9M10.5 3.5v9", play: "M5 3.2v9.6l7.5-4.8Z", step: "M4 3.2v9.6l6.5-4.8ZM12.2 3.5v9",
  previous: "M10 3.5 5.5 8l4.5 4.5", next: "M6 3.5 10.5 8 6 12.5",
  terminal: "M2 3h12v10H2ZM4.5 6l2 2-2 2M8.3 10h3",
  request: "M2.5 5.5h9.5M9.3 2.8 12 5.5 9.3 8.2M13.5 11H5M7 8.8 4.8 11 7 13.2",
  save: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 11v2.5h11V11", reset: "M3 8a5 5 0 1 0 1.6-3.7M4.4 2v2.6H7", fit: "M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3", trash: "M3 4.5h10M6.3 4.5v-2h3.4v2M4.3 4.5l.6 9h6.2l.6-9M6.8 7v4M9.2 7v4",
  stateful: "M8 1.8 11 3.5v3L8 8.2 5 6.5v-3ZM3.9 9l2.4 1.4v2.6l-2.4 1.3L1.5 13v-2.6ZM12.1 9l2.4 1.4v2.6l-2.4 1.3L9.7 13v-2.6Z", service: "M2 4.5h12v7H2ZM5 8h.1M7.5 8h3.5", clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6",
};

/** @param {keyof typeof PATHS} name @param {number} [size] */
export const icon = (name, size = 16) => html`<svg class="i" width=${size} height=${size} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;

/** A command with its copy button (site.js does the copying). @param {string} text */
export const command = (text) => html`<div class="cmd"><code>${text}</code><button type="button" class="copy" data-copy-text=${text} aria-label=${`Copy: ${text}`}>${icon("copy", 14)}</button></div>`;
