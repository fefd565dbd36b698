// What the map on the first screen and the controls below it share.

import type { Data } from "./data";
import { narrow } from "./scenes";
import { geography, type Geography } from "./shapes";
import { View } from "./state.svelte";
import type { Laboratory } from "./whatif";

export class Session {
  readonly view: View;
  readonly geography: Geography;
  /** The engine of the report; null where it carries none that this browser can run. */
  laboratory: Laboratory | null | undefined = $state.raw(undefined); // while the report is being read
  appearance = $state("auto");
  /** Whether the map's switches stand below the first screen, which has no room for them. */
  narrow = $state(false);
  private drawn = false;

  constructor(data: Data) {
    this.view = new View(data);
    this.view.restore(location.hash);
    this.geography = geography(this.view.data);
    this.narrow = narrow.matches;
    narrow.addEventListener("change", () => (this.narrow = narrow.matches));
  }

  ondrawn = () => {
    if (this.drawn) return;
    this.drawn = true;
    performance.mark("equipoise-drawn");
    document.documentElement.dataset.page = "ready";
  };
}
