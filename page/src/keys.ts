// The figures beside the map follow its switches: each says the value of the phase, mode and missile that are chosen.

import { percent, ranged } from "./geo";
import type { View } from "./state.svelte";

const words = (key: Element | null, of: string, text: string) => {
  const place = key?.querySelector(`[data-of=${of}]`);
  const target = place?.querySelector("button") ?? place;
  if (target) target.textContent = text;
};

export function updateKeys(view: View): void {
  const { data, a } = view;
  const phase = data.axes.phase[a.phase]?.name ?? "", mode = data.axes.mode[a.mode]?.name.toLowerCase() ?? "";
  const number = (key: Element | null, text: string) => {
    const target = key?.querySelector("strong button");
    if (target) target.textContent = text;
  };
  const chosen = document.querySelector(".chosen");
  words(chosen, "phase", view.replaced ? `${phase}, what if` : phase);
  if (mode) words(chosen, "mode", mode);
  const defended = document.querySelector("[data-key=defended]");
  const share = data.shares?.people[a.phase]?.[a.mode]?.[a.threat];
  if (share !== undefined) {
    number(defended, percent(view.replaced && view.replacedShare !== undefined ? view.replacedShare : share));
    words(defended, "missile", data.axes.threat[a.threat]?.name ?? "");
  }
  const exposed = document.querySelector("[data-key=exposed]"), e = data.exposure;
  if (e) {
    const most = e.most[a.phase];
    number(exposed, ranged(e.share[a.phase][most]));
    words(exposed, "base", e.said[most]);
    const seen = e.in_mode[a.phase][a.mode];
    words(exposed, "own", percent(seen?.percent ?? null));
    words(exposed, "where", seen?.where ?? "");
  }
  for (const step of document.querySelectorAll<HTMLElement>("[data-key=promised] .steps li"))
    step.classList.toggle("now", (step.dataset.phases ?? "").split(" ").includes(String(a.phase)));
}
