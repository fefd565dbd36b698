// The colours of the canvases, read from the style sheet so that light, dark and print agree with the text around.

import type { Theme } from "./draw";

const NAMES: (keyof Theme)[] = [
  "sea", "land", "coast", "border", "ink", "paper", "line", "site", "radar", "base", "launch", "regional", "strategic", "exposed", "fan", "meeting", "once", "several", "undefended", "gained", "lost",
];

export function readTheme(within: HTMLElement): Theme {
  const probe = document.createElement("i");
  within.append(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as unknown as Theme;
}
