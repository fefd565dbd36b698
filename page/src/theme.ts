// The colours of the canvases, read from the style sheet so that light, dark and print agree with the text around.

import type { Theme } from "./draw";

const NAMES: (keyof Theme)[] = [
  "sea", "land", "coast", "border", "ink", "paper", "line", "site", "radar", "base", "launch", "regional", "strategic", "exposed", "fan", "meeting", "once", "several", "undefended", "gained", "lost",
];

/** Read the colours that hold within an element. */
export function readTheme(within: HTMLElement): Theme {
  const probes = NAMES.map((name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    return probe;
  });
  within.append(...probes); // all at once: the browser works the styles out once, not once for each
  const colours = probes.map((probe) => getComputedStyle(probe).color);
  for (const probe of probes) probe.remove();
  return Object.fromEntries(NAMES.map((name, i) => [name, colours[i]])) as unknown as Theme;
}
