// The map as a picture that stands alone: title, what is chosen, key, scale, source; as pixels, as SVG, and its cells as CSV.

import { classes } from "./colours";
import { NONE } from "./data";
import { drawBase, drawOverlay, mark, type Scene, type Theme } from "./draw";
import { percent, projector } from "./geo";
import type { Geography } from "./shapes";
import type { Choice, View } from "./state.svelte";
import { SvgContext } from "./svg";

const WIDE = 1200, MAP = 700, TOP = 88, FOOT = 78, EDGE = 20;
const HIGH = TOP + MAP + FOOT;
const FONT = "system-ui, sans-serif";

export interface Shown {
  view: View;
  choice: Choice;
  geography: Geography;
  theme: Theme;
}

/** What the picture is of: the scenario, and in words the phase, mode, missile and what was changed. */
function titles(view: View, choice: Choice): [string, string] {
  const { axes } = view.data;
  const said = [axes.phase[choice.phase]?.name, axes.mode[choice.mode]?.name, axes.threat[choice.threat] && `against ${axes.threat[choice.threat].name}`];
  const share = view.replaced ? view.replacedShare : view.data.shares?.people[choice.phase]?.[choice.mode]?.[choice.threat];
  if (view.shown.cells && share !== undefined && share !== null) said.push(`${percent(share)} of the people in range are defended`);
  const tried = view.replaced ? view.triedWords() : "";
  return [document.querySelector("h1")?.textContent ?? "", `${said.filter(Boolean).join(", ")}${tried ? `. What if: ${tried}` : ""}.`];
}

/** What made it, by the page's own footer. */
const source = () =>
  `${document.getElementById("provenance")?.dataset.source ?? ""}. Nominal values. Coasts and borders: Natural Earth. Cities: GeoNames (CC BY 4.0).`;

/** The parts of a text that fit into a width, one under the other. */
function lines(ctx: CanvasRenderingContext2D, text: string, room: number): string[] {
  const out: string[] = [];
  for (const word of text.split(" ")) {
    const longer = out.length ? `${out.at(-1)} ${word}` : word;
    if (out.length && ctx.measureText(longer).width <= room) out[out.length - 1] = longer;
    else out.push(word);
  }
  return out;
}

function drawKey(ctx: CanvasRenderingContext2D, { view, theme }: Shown, y: number): void {
  const kinds = new Set(view.data.places.map((p) => p.kind));
  const fill = { several: theme.several, once: theme.once, undefended: theme.undefended, unreached: theme.land };
  let x = EDGE;
  ctx.font = `14px ${FONT}`;
  const say = (words: string) => {
    ctx.fillStyle = theme.ink;
    ctx.fillText(words, x + 20, y + 5);
    x += 20 + ctx.measureText(words).width + 22;
  };
  if (view.shown.cells && view.data.grid && !view.shown.reasons && !view.difference)
    for (const c of classes) {
      ctx.fillStyle = fill[c.name];
      ctx.fillRect(x, y - 7, 14, 14);
      ctx.strokeStyle = theme.border;
      ctx.lineWidth = 0.5;
      ctx.strokeRect(x, y - 7, 14, 14);
      say(c.words);
    }
  const marks = [["site", "interceptors", theme.site], ["radar", "radar", theme.radar], ["launch_area", "launch area", theme.launch], ["base", "strategic base", theme.base]] as const;
  if (view.shown.places)
    for (const [kind, words, colour] of marks) {
      if (!kinds.has(kind)) continue;
      mark(ctx, kind, x + 7, y, 6);
      ctx.fillStyle = colour;
      ctx.fill();
      say(words);
    }
}

function compose(ctx: CanvasRenderingContext2D, shown: Shown): void {
  const { view, choice, geography, theme } = shown;
  const paper = (y: number, height: number) => {
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, y, WIDE, height);
  };
  paper(0, HIGH);
  ctx.save();
  ctx.translate(0, TOP);
  const scene: Scene = { ctx, width: WIDE, height: MAP, projector: projector(view.camera, WIDE, MAP), data: view.data, geography, view, choice, theme };
  scene.projector.d3.clipExtent([[-1, -1], [WIDE + 1, MAP + 1]]);
  drawBase(scene);
  drawOverlay(scene);
  ctx.restore();
  paper(0, TOP); // marks at the map's edge reach beyond it
  paper(TOP + MAP, FOOT);
  const [title, words] = titles(view, choice);
  ctx.fillStyle = theme.ink;
  ctx.font = `600 24px ${FONT}`;
  ctx.fillText(lines(ctx, title, WIDE - 2 * EDGE)[0], EDGE, 36);
  ctx.font = `15px ${FONT}`;
  const said = lines(ctx, words, WIDE - 2 * EDGE).slice(0, 2);
  said.forEach((line, n) => ctx.fillText(line, EDGE, (said.length > 1 ? 57 : 66) + 20 * n));
  drawKey(ctx, shown, TOP + MAP + 24);
  ctx.fillStyle = theme.ink;
  ctx.font = `12px ${FONT}`;
  lines(ctx, source(), WIDE - 2 * EDGE).slice(0, 2).forEach((line, n) => ctx.fillText(line, EDGE, TOP + MAP + 52 + 16 * n));
}

export function svg(shown: Shown): Blob {
  const ctx = new SvgContext(WIDE, HIGH);
  compose(ctx as unknown as CanvasRenderingContext2D, shown);
  return new Blob([ctx.text()], { type: "image/svg+xml" });
}

export function png(shown: Shown): Promise<Blob> {
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * WIDE, height: 2 * HIGH });
  const ctx = canvas.getContext("2d")!;
  ctx.scale(2, 2);
  compose(ctx, shown);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"));
}

/** The cells of the choice, one a line, their middles in degrees and seconds to spare. */
export function csv({ view, choice }: Shown): Blob {
  const { grid: g, reasons, sites } = view.data, layer = view.layer(choice);
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = [`# ${titles(view, choice).join(": ")} ${source()}`, "latitude_deg,longitude_deg,shots,reason,shoots_first,time_to_spare_s,time_to_spare_of"];
  if (g && layer)
    for (let i = 0, n = 0; i < g.ny; i++)
      for (let j = 0; j < g.nx; j++, n++) {
        const defended = layer.shots[n] > 0, known = layer.slack[n] !== NONE;
        const why = defended ? "" : (reasons.find((r) => r.code === layer.reason[n])?.label ?? "");
        const at = [g.south + (i + 0.5) * g.step, (((g.west + (j + 0.5) * g.step + 540) % 360) - 180)].map((v) => Number(v.toFixed(4)));
        rows.push(
          [...at, layer.shots[n], quoted(why), quoted(defended ? (sites[layer.site[n]] ?? "") : ""), known ? layer.slack[n] : "", quoted(known ? (sites[layer.slack_site[n]] ?? "") : "")].join(","),
        );
      }
  return new Blob([`${rows.join("\n")}\n`], { type: "text/csv" });
}
