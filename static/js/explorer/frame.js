/** The explorer's places: the frame that the entry draws into, made once. Refuses to know what stands in them. */
import { html, render } from "lit/html.js";

/** @param {HTMLElement} main */
export function frame(main) {
  render(html`<section class="map" aria-label="Map"><h1 class="hidden-line">Cluster ${main.dataset.slug}</h1><div class="then-slot"></div><div class="bar-slot"></div>
      <div class="sea"><svg class="picture" role="group" aria-label="The cluster" tabindex="-1"><g class="world"></g></svg><div class="ground-slot"></div><div class="hover" hidden></div><div class="below-slot"></div></div><div class="ctl-slot"></div><div class="note-slot"></div></section>
    <section class="dock" aria-label="DNS"></section><aside class="side" aria-label="Inspector"></aside>
    <footer class="time" aria-label="Timeline"></footer><div class="tour-slot"></div>`, main);
  const slot = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (main.querySelector(selector));
  return {
    surface: /** @type {SVGSVGElement} */ (main.querySelector("svg.picture")),
    world: /** @type {SVGGElement} */ (main.querySelector("g.world")),
    then: slot(".then-slot"), bar: slot(".bar-slot"), ground: slot(".ground-slot"), hover: slot(".hover"), note: slot(".note-slot"), below: slot(".below-slot"),
    ctl: slot(".ctl-slot"), dock: slot(".dock"), side: slot(".side"), time: slot(".time"), tour: slot(".tour-slot"), sea: slot(".sea"),
  };
}

/** @typedef {ReturnType<typeof frame>} Frame */
