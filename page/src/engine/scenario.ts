// The scenario of a report with what a what-if changed: a TOML file that the command line runs.

import type { Settings } from "./worlds";

/** Put each number or word into its entry of a scenario as src/equipoise/scenario/write.py writes it: a key to a line, an entry to a block. */
export function changedScenario(toml: string, settings: Settings): string {
  const blocks = toml.split(/\n(?=\[)/);
  for (const [place, value] of Object.entries(settings)) {
    const parts = place.split("."), key = parts.pop()!, [table, id] = parts;
    const at = blocks.findIndex((block) => isEntry(block.split("\n"), table, id));
    if (at < 0) throw new Error(`the scenario has no ${parts.join(" ")}`);
    const lines = blocks[at].split("\n"), line = `${key} = ${JSON.stringify(value)}`;
    const found = lines.findIndex((l) => l.startsWith(`${key} = `));
    if (found < 0) lines.splice(1, 0, line);
    else lines[found] = line;
    blocks[at] = lines.join("\n");
  }
  const said = Object.entries(settings).map(([place, value]) => `# ${place} = ${JSON.stringify(value)}`);
  return ["# Saved from the what-if of a report, which changed:", ...said, "", blocks.join("\n")].join("\n");
}

function isEntry([head, ...lines]: string[], table: string, id: string | undefined): boolean {
  return id === undefined ? head === `[${table}]` : head === `[[${table}]]` && lines.includes(`id = ${JSON.stringify(id)}`);
}
