// The map as a picture that stands alone: title, what is chosen, key, scale, source; as pixels, as SVG, and its cells as CSV.

import { NONE } from "./data";
import { drawBase, drawOverlay, mark, type Scene, type Theme } from "./draw";
import { percent, projector } from "./geo";
import { entries, told, type Entry } from "./legend";
import type { Geography } from "./shapes";
import { star } from "./shot";
import type { Choice, View } from "./state.svelte";
import { SvgContext } from "./svg";

const WIDE = 1200, MAP = 700, TOP = 88, FOOT = 104, EDGE = 20, BETWEEN = 12;
const HIGH = TOP + MAP + FOOT;
const FONT = "system-ui, sans-serif";

export interface Shown {
  view: View;
  geography: Geography;
  theme: Theme;
}

const title = () => document.querySelector("h1")?.textContent ?? "";

/** What a map shows: in words the phase, mode, missile and what was changed. */
function words(view: View, choice: Choice): string {
  const { axes, shares } = view.data, tried = view.replaced && choice === view.a;
  const said = [axes.phase[choice.phase]?.name, axes.mode[choice.mode]?.name, axes.threat[choice.threat] && `against ${axes.threat[choice.threat].name}`];
  const share = tried ? view.replacedShare : shares?.people[choice.phase]?.[choice.mode]?.[choice.threat];
  if (view.shown.cells && share !== undefined && share !== null) said.push(`${percent(share)} of the people in range are defended`);
  if (view.difference && !view.compare) said.push(`compared with ${told(view)[1]}`);
  const differs = view.difference && choice === view.b ? "Difference from the first map: " : "";
  return `${differs}${said.filter(Boolean).join(", ")}${tried ? `. What if: ${view.triedWords()}` : ""}.`;
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

/** Draw the key into two rows at most. */
function drawKey(ctx: CanvasRenderingContext2D, { view, theme }: Shown, top: number): void {
  ctx.font = `14px ${FONT}`;
  let x = EDGE, y = top;
  for (const entry of entries(view)) {
    const room = 20 + ctx.measureText(entry.words).width;
    if (x + room > WIDE - EDGE) [x, y] = [EDGE, y + 22];
    drawSample(ctx, entry, theme, x, y);
    ctx.fillStyle = theme.ink;
    ctx.fillText(entry.words, x + 20, y + 5);
    x += room + 22;
  }
}

function drawSample(ctx: CanvasRenderingContext2D, { mark: kind, colour }: Entry, theme: Theme, x: number, y: number): void {
  ctx.fillStyle = theme[colour as keyof Theme] ?? colour;
  if (kind === "cell") {
    ctx.fillRect(x, y - 7, 14, 14);
    ctx.strokeStyle = theme.border;
    ctx.lineWidth = 0.5;
    ctx.strokeRect(x, y - 7, 14, 14);
  } else if (kind === "path") ctx.fillRect(x, y - 1.5, 14, 3);
  else {
    if (kind === "meeting") star(ctx, x + 7, y);
    else mark(ctx, kind, x + 7, y, 6);
    ctx.fill();
  }
}

function drawMap(ctx: CanvasRenderingContext2D, { view, geography, theme }: Shown, choice: Choice, left: number, wide: number): void {
  ctx.save();
  ctx.translate(left, TOP);
  ctx.beginPath();
  ctx.rect(0, 0, wide, MAP);
  ctx.clip();
  const scene: Scene = { ctx, width: wide, height: MAP, projector: projector(view.camera, wide, MAP), data: view.data, geography, view, choice, theme };
  scene.projector.d3.clipExtent([[-1, -1], [wide + 1, MAP + 1]]);
  drawBase(scene);
  drawOverlay(scene);
  ctx.restore();
  ctx.fillStyle = theme.ink;
  ctx.font = `15px ${FONT}`;
  const said = lines(ctx, words(view, choice), wide - 2 * EDGE).slice(0, 2);
  said.forEach((line, n) => ctx.fillText(line, left + EDGE, (said.length > 1 ? 57 : 66) + 20 * n));
}

function compose(ctx: CanvasRenderingContext2D, shown: Shown): void {
  const { view, theme } = shown;
  ctx.fillStyle = theme.paper;
  ctx.fillRect(0, 0, WIDE, HIGH);
  const choices = view.compare ? [view.a, view.b] : [view.a], wide = (WIDE - BETWEEN * (choices.length - 1)) / choices.length;
  choices.forEach((choice, n) => drawMap(ctx, shown, choice, n * (wide + BETWEEN), wide));
  ctx.fillStyle = theme.ink;
  ctx.font = `600 24px ${FONT}`;
  ctx.fillText(lines(ctx, title(), WIDE - 2 * EDGE)[0], EDGE, 36);
  drawKey(ctx, shown, TOP + MAP + 22);
  ctx.fillStyle = theme.ink;
  ctx.font = `12px ${FONT}`;
  lines(ctx, source(), WIDE - 2 * EDGE).slice(0, 2).forEach((line, n) => ctx.fillText(line, EDGE, TOP + MAP + 74 + 16 * n));
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

/** The cells of the first map, one a line, their middles in degrees and seconds to spare. */
export function csv({ view }: Shown): Blob {
  const choice = view.a, { grid: g, reasons, sites } = view.data, layer = view.layer(choice);
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = [`# ${title()}: ${words(view, choice)} ${source()}`, "latitude_deg,longitude_deg,shots,reason,shoots_first,time_to_spare_s,time_to_spare_of"];
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
