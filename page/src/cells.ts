// The defended area: smooth outlines where the time to spare is zero, or the cells themselves with the reason of each.

import { contours } from "d3-contour";
import { NONE, type Data, type Grid, type Layer } from "./data";
import type { Scene } from "./draw";
import { eastOf } from "./geo";

/** Beyond this many seconds a cell is plainly defended or plainly not, whichever its neighbour is. */
const PLAIN_S = 90;

/** Colour of every cell, by the number of shots or the reason why there is none. */
export function colours(data: Data, layer: Layer): string[] {
  const byReason = new Map(data.reasons.map((r) => [r.code, r.colour]));
  return Array.from(layer.shots, (shots, n) =>
    shots > 0 ? data.shotColours[Math.min(shots, data.shotColours.length - 1)] : (byReason.get(layer.reason[n]) ?? "#ffffff"),
  );
}

/** Whether the missile reaches each cell at all. */
function reached(data: Data, layer: Layer): Uint8Array {
  const bare = new Set(data.reasons.filter((r) => r.colour === "#ffffff").map((r) => r.code));
  return Uint8Array.from(layer.reason, (code, n) => (layer.shots[n] > 0 || !bare.has(code) ? 1 : 0));
}

/** How plainly each cell is defended: seconds to spare where it is, seconds too late where it is not. */
function plainness(layer: Layer): Float64Array {
  return Float64Array.from(layer.shots, (shots, n) => {
    const slack = layer.slack[n] === NONE ? -PLAIN_S : layer.slack[n];
    return shots > 0 ? Math.min(Math.max(slack, 1), PLAIN_S) : Math.max(Math.min(slack, -1), -PLAIN_S);
  });
}

type Ring = [number, number][]; // longitude and latitude

/** Outlines of what is in range, of one shot and of two, found once for a layer. */
const outlines = new WeakMap<Layer, Ring[][]>();
/** The same of what two layers defend: neither, both, only the second, only the first; of the second layer last asked for. */
const differences = new WeakMap<Layer, { after: Layer; rings: Ring[][] }>();

export function drawClasses(s: Scene, layer: Layer, g: Grid): void {
  const { theme } = s;
  let rings = outlines.get(layer);
  if (!rings) {
    const range = Float64Array.from(reached(s.data, layer), (r) => r - 0.5);
    rings = [range, plainness(layer), Float64Array.from(layer.shots, (n) => n - 1.5)].map((values) => above(g, values));
    outlines.set(layer, rings);
  }
  [theme.undefended, theme.once, theme.several].forEach((colour, i) => fill(s, rings[i], colour));
}

/** What two choices defend: both, only the second (gained), only the first (lost), neither. */
export function drawDifference(s: Scene, before: Layer, after: Layer, g: Grid): void {
  const { theme } = s;
  let known = differences.get(before);
  if (known?.after !== after) {
    const a = plainness(before), b = plainness(after);
    const range = Float64Array.from(reached(s.data, after), (r) => r - 0.5);
    const each = [range, a.map((v, n) => Math.min(v, b[n])), a.map((v, n) => Math.min(-v, b[n])), a.map((v, n) => Math.min(v, -b[n]))];
    known = { after, rings: each.map((values) => above(g, values)) };
    differences.set(before, known);
  }
  const { rings } = known;
  [theme.undefended, theme.once, theme.gained, theme.lost].forEach((colour, i) => fill(s, rings[i], colour));
}

/** What tells the strong colour of the map at a pixel: that of two shots or more, or of what only the second choice defends. */
export function strongCells(s: Scene, layer: Layer | undefined, other: Layer | undefined): (x: number, y: number) => string | undefined {
  const { view, theme } = s, g = s.data.grid;
  if (!layer || !g || view.shown.reasons) return () => undefined;
  const first = view.layer(view.a), differ = view.difference && other && first ? other : undefined;
  return (x, y) => {
    const at = s.projector.invert(x, y);
    const i = at ? Math.floor((at[1] - g.south) / g.step) : -1, j = at ? Math.floor(eastOf(g.west, at[0]) / g.step) : -1;
    if (i < 0 || i >= g.ny || j < 0 || j >= g.nx) return undefined;
    const n = i * g.nx + j;
    if (differ) return first!.shots[n] === 0 && differ.shots[n] > 0 ? theme.gained : undefined;
    return layer.shots[n] > 1 ? theme.several : undefined;
  };
}

/** Where values at the middles of cells, interpolated between them, exceed zero; the outermost cells are whole. */
function above(g: Grid, values: Float64Array): Ring[] {
  const wide = g.nx + 2, tall = g.ny + 2;
  const padded = new Float64Array(wide * tall);
  for (let i = 0; i < tall; i++)
    for (let j = 0; j < wide; j++) {
      const row = Math.min(Math.max(i - 1, 0), g.ny - 1), column = Math.min(Math.max(j - 1, 0), g.nx - 1);
      padded[i * wide + j] = values[row * g.nx + column];
    }
  const [shape] = contours().size([wide, tall]).thresholds([0])(padded as unknown as number[]);
  const edge = { west: g.west, east: g.west + g.nx * g.step, south: g.south, north: g.south + g.ny * g.step };
  return shape.coordinates.flat().map((ring) =>
    ring.map(([x, y]): [number, number] => [
      Math.min(Math.max(g.west + (x - 1) * g.step, edge.west), edge.east),
      Math.min(Math.max(g.south + (y - 1) * g.step, edge.south), edge.north),
    ]),
  );
}

function fill(s: Scene, rings: Ring[], colour: string): void {
  const { ctx, projector } = s;
  ctx.beginPath();
  for (const ring of rings) {
    let pen = false;
    for (const [lon, lat] of ring) {
      const p = projector.point(lon, lat);
      if (!p) continue; // behind the globe
      if (pen) ctx.lineTo(p[0], p[1]);
      else ctx.moveTo(p[0], p[1]);
      pen = true;
    }
    ctx.closePath();
  }
  ctx.fillStyle = colour;
  ctx.fill("evenodd");
}

export function drawCells(s: Scene, layer: Layer, g: Grid): void {
  const { ctx } = s;
  const lons = Array.from({ length: g.nx + 1 }, (_, j) => g.west + j * g.step);
  const lats = Array.from({ length: g.ny + 1 }, (_, i) => g.south + i * g.step);
  const { xy, visible } = s.projector.corners(lons, lats);
  const colour = colours(s.data, layer), wide = g.nx + 1;
  const strips = new Map<string, number[]>();
  for (let i = 0; i < g.ny; i++)
    for (let j = 0; j < g.nx; ) {
      const first = j, c = colour[i * g.nx + j];
      const seen = (k: number) => visible[i * wide + k] && visible[(i + 1) * wide + k] && visible[i * wide + k + 1] && visible[(i + 1) * wide + k + 1];
      if (!seen(j)) { j++; continue; }
      while (j < g.nx && colour[i * g.nx + j] === c && seen(j)) j++;
      const list = strips.get(c) ?? [];
      list.push(i, first, j);
      strips.set(c, list);
    }
  ctx.lineWidth = 0.6;
  for (const [c, list] of strips) {
    if (c === "#ffffff") continue;
    ctx.beginPath();
    for (let n = 0; n < list.length; n += 3) {
      const i = list[n], from = list[n + 1], to = list[n + 2];
      for (let j = from; j <= to; j++) {
        const k = 2 * (i * wide + j);
        if (j === from) ctx.moveTo(xy[k], xy[k + 1]);
        else ctx.lineTo(xy[k], xy[k + 1]);
      }
      for (let j = to; j >= from; j--) {
        const k = 2 * ((i + 1) * wide + j);
        ctx.lineTo(xy[k], xy[k + 1]);
      }
      ctx.closePath();
    }
    ctx.fillStyle = ctx.strokeStyle = c;
    ctx.fill();
    ctx.stroke(); // closes the hairlines that smoothing leaves between neighbours
  }
}

