// What is drawn on the two canvases of a map: the lower one changes with the camera and the switches, the upper one
// with the time and the selection, so that the time slider redraws little.

import { geoGraticule, geoPath } from "d3-geo";
import { drawCells, drawClasses, drawDifference, strongCells } from "./cells";
import type { Data, Grid, Place, Track } from "./data";
import { EARTH_KM, sector, type Projector } from "./geo";
import { cityNames, countryNames, Labels } from "./labels";
import { linePart, oriented, type Geography, type Part } from "./shapes";
import { drawFlown, drawHead, drawInterceptor, drawShot, drawStar, placeAt } from "./shot";
import type { Choice, View } from "./state.svelte";

export interface Theme {
  sea: string; land: string; coast: string; border: string; ink: string; paper: string; line: string;
  site: string; radar: string; base: string; launch: string; regional: string; strategic: string; exposed: string; fan: string; meeting: string;
  once: string; several: string; undefended: string; gained: string; lost: string;
}

export interface Scene {
  ctx: CanvasRenderingContext2D;
  width: number;
  height: number;
  projector: Projector;
  data: Data;
  geography: Geography;
  view: View;
  choice: Choice;
  theme: Theme;
}

/** Pixels in the upper right corner of a map on which its buttons lie. */
const BUTTONS = { width: 52, height: 132 };

const SPHERE: Part[] = [{ shape: { type: "Sphere" }, fills: [-180, 180, -90, 90] }];
/** Meridians and parallels, every ten degrees. */
const MERIDIANS = geoGraticule().lines().map(({ coordinates }) => linePart(coordinates as [number, number][]));

export function drawBase(s: Scene): void {
  const { ctx, theme, geography, view } = s;
  const path = geoPath(s.projector.d3, ctx);
  const seen = (parts: Part[]) => parts.filter(({ fills }) => s.projector.sees(fills));
  const fill = (parts: Part[], colour: string) => {
    ctx.fillStyle = colour;
    for (const { shape } of seen(parts)) {
      ctx.beginPath(); // one for each: to close a ring, the browser looks at the whole path before it
      path(shape);
      ctx.fill();
    }
  };
  const stroke = (parts: Part[], colour: string, width: number) => {
    ctx.beginPath();
    for (const { shape } of seen(parts)) path(shape);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  };
  const { world, region } = geography;
  fill(SPHERE, theme.sea);
  fill(world.land, theme.land);
  if (region) {
    fill([region.frame], theme.sea);
    fill(region.land, theme.land);
  }
  const layer = s.choice && view.shown.cells ? view.layer(s.choice) : undefined;
  const other = s.choice === view.b || !view.compare ? view.layer(view.b) : undefined;
  if (layer && s.data.grid) {
    if (view.difference && other) drawDifference(s, view.layer(view.a)!, other, s.data.grid);
    else (view.shown.reasons ? drawCells : drawClasses)(s, layer, s.data.grid);
  }
  stroke(MERIDIANS, theme.line, 0.3);
  for (const set of region ? [world, region] : [world]) {
    stroke(set.borders, theme.border, 0.5);
    stroke(set.coasts, theme.coast, 0.8);
  }
  stroke(SPHERE, theme.coast, 0.8);
  if (view.shown.zones) drawZones(s);
  if (view.shown.fans) drawFans(s);
  if (view.shown.corridors) drawCorridors(s);
  if (view.shown.tracks) for (const track of shownTracks(s)) drawTrack(s, track, 0, track.lat.length, ...weight(s, track));
  if (view.shown.meetings) drawMeetings(s);
  const labels = new Labels(s.ctx, s.width, s.height, theme, strongCells(s, layer, other)), scale = scaleBar(s);
  labels.keepFree(s.width - BUTTONS.width, 0, s.width, BUTTONS.height);
  if (scale) labels.keepFree(0, s.height - 36, scale.pixels + 20, s.height);
  if (view.shown.places) drawPlaces(s, labels);
  countryNames(s, labels);
  cityNames(s, labels);
  if (scale) drawScale(s, scale);
}

/** Opacity and width of a whole path: stronger where a scene speaks of it. */
function weight(s: Scene, track: Track): [number, number] {
  if (s.view.scene === "promise") return [0.9, 2];
  if (s.view.scene === "other") return couldEngage(s, track) ? [0.95, 2] : [0.55, 1];
  return [0.28, 0.8];
}

function drawFans(s: Scene): void {
  const { ctx, theme } = s;
  const path = geoPath(s.projector.d3, ctx);
  for (const place of s.view.placesOf(s.choice)) {
    if (!place.sector) continue;
    ctx.beginPath();
    path({ type: "Polygon", coordinates: [oriented(sector(place.lon, place.lat, place.sector))] });
    ctx.fillStyle = theme.fan;
    ctx.globalAlpha = 0.07;
    ctx.fill();
    ctx.globalAlpha = 0.9;
    ctx.strokeStyle = theme.fan;
    ctx.lineWidth = 1;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

function drawZones(s: Scene): void {
  const path = geoPath(s.projector.d3, s.ctx);
  s.ctx.setLineDash([6, 4]);
  for (const zone of s.data.zones) {
    s.ctx.beginPath();
    const ring = zone.ring ?? sector(zone.lon!, zone.lat!, zone.sector!);
    path({ type: "Polygon", coordinates: [oriented(ring)] });
    s.ctx.strokeStyle = s.theme.ink;
    s.ctx.lineWidth = 1.6;
    s.ctx.stroke();
  }
  s.ctx.setLineDash([]);
}

/** Paths of the missile that is chosen, and strategic ones: all, or those of the base that is selected; a scene shows its own. */
export function shownTracks(s: Pick<Scene, "data" | "view" | "choice">): Track[] {
  const { scene } = s.view;
  if (scene === "promise") return s.data.tracks.filter((t) => t.interceptor && t.engageable?.[s.choice.phase]);
  if (scene === "other") return s.data.tracks.filter((t) => t.kind === "strategic" && !t.interceptor);
  const threat = s.data.axes.threat[s.choice.threat]?.id;
  const chosen = s.view.selection && "place" in s.view.selection ? s.view.selection.place : "";
  const ofBase = s.data.tracks.some((t) => t.base === chosen);
  return s.data.tracks.filter((t) => (t.kind === "regional" ? t.threat === threat && !ofBase : !ofBase || t.base === chosen));
}

export function trackColour(s: Scene, track: Track): string {
  if (track.kind === "regional") return s.theme.regional;
  return couldEngage(s, track) ? s.theme.exposed : s.theme.strategic;
}

/** Whether a strategic path could be engaged, by the interceptors in place or by those of the speed that is tried. */
export function couldEngage(s: Pick<Scene, "view" | "choice">, track: Track): boolean {
  const speed = s.view.speed_km_s, flip = track.flip_km_s?.[s.choice.phase];
  if (speed === null || track.flip_km_s === undefined) return Boolean(track.engageable?.[s.choice.phase]);
  return flip !== null && flip !== undefined && flip <= speed;
}

function drawTrack(s: Scene, track: Track, from: number, to: number, alpha: number, width: number): void {
  drawFlown(s, track, from, to, trackColour(s, track), alpha, width);
}

function drawCorridors(s: Scene): void {
  const { ctx, theme } = s;
  const path = geoPath(s.projector.d3, ctx);
  const shown = shownTracks({ ...s, view: s.view }).filter((t) => t.kind === "strategic");
  for (const exposed of [false, true]) {
    ctx.beginPath();
    for (const t of shown)
      if (couldEngage(s, t) === exposed)
        path({ type: "LineString", coordinates: Array.from(t.lon, (lon, i) => [lon, t.lat[i]] as [number, number]) });
    ctx.strokeStyle = exposed ? theme.exposed : theme.strategic;
    ctx.lineWidth = exposed ? 5 : 2.5;
    ctx.globalAlpha = exposed ? 0.4 : 0.2;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

function drawMeetings(s: Scene): void {
  for (const track of shownTracks(s)) {
    const time = track.meet_s?.[s.choice.phase]?.[s.choice.mode];
    if (time !== null && time !== undefined) drawStar(s, placeAt(track, time / track.step_s));
  }
}

export function mark(ctx: CanvasRenderingContext2D, kind: Place["kind"], x: number, y: number, r: number): void {
  ctx.beginPath();
  if (kind === "site") {
    ctx.moveTo(x, y - r * 1.2); ctx.lineTo(x + r * 1.1, y + r * 0.8); ctx.lineTo(x - r * 1.1, y + r * 0.8);
  } else if (kind === "radar") ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (kind === "base") ctx.arc(x, y, r * 0.85, 0, 7);
  else { ctx.moveTo(x, y - r * 1.1); ctx.lineTo(x + r * 1.1, y); ctx.lineTo(x, y + r * 1.1); ctx.lineTo(x - r * 1.1, y); }
  ctx.closePath();
}

function drawPlaces(s: Scene, labels: Labels): void {
  const { ctx, theme } = s;
  const fill = { site: theme.site, radar: theme.radar, base: theme.base, launch_area: theme.launch };
  ctx.font = "12px system-ui, sans-serif";
  ctx.lineJoin = "round";
  const places = s.view.placesOf(s.choice);
  for (const kind of ["base", "launch_area", "radar", "site"] as const)
    for (const place of places) {
      if (place.kind !== kind) continue;
      const p = s.projector.point(place.lon, place.lat);
      if (!p || p[0] < -20 || p[0] > s.width + 20 || p[1] < -20 || p[1] > s.height + 20) continue;
      labels.keepFree(p[0] - 7, p[1] - 7, p[0] + 7, p[1] + 7);
      mark(ctx, kind, p[0], p[1], 5);
      ctx.fillStyle = fill[kind];
      ctx.fill();
      ctx.strokeStyle = theme.paper;
      ctx.lineWidth = 1;
      ctx.stroke();
    }
  for (const kind of ["site", "radar", "launch_area", "base"] as const)
    for (const place of places) {
      const p = place.kind === kind ? s.projector.point(place.lon, place.lat) : null;
      if (p) labels.beside(place.label, p);
    }
}

/** A round number of kilometres and its pixels, at the middle of the map. */
function scaleBar(s: Scene): { length_km: number; pixels: number } | null {
  const { width, height, projector } = s;
  const at = projector.invert(width / 2, height / 2);
  const beside = at && projector.point(at[0], Math.min(at[1] + 1, 89.5));
  const here = at && projector.point(at[0], at[1]);
  if (!at || !beside || !here) return null;
  const perPixel_km = ((Math.PI / 180) * EARTH_KM * (Math.min(at[1] + 1, 89.5) - at[1])) / Math.hypot(beside[0] - here[0], beside[1] - here[1]);
  const most = Math.min(0.3 * width, 160) * perPixel_km;
  const unit = 10 ** Math.floor(Math.log10(most));
  const length_km = unit * (most / unit >= 5 ? 5 : most / unit >= 2 ? 2 : 1);
  return { length_km, pixels: length_km / perPixel_km };
}

/** Draw the scale in the lower left corner. */
function drawScale(s: Scene, { length_km, pixels }: { length_km: number; pixels: number }): void {
  const { ctx, theme } = s, x = 12, y = s.height - 12;
  ctx.font = "12px system-ui, sans-serif";
  const words = `${length_km.toLocaleString("en")} km`;
  ctx.fillStyle = theme.paper;
  ctx.globalAlpha = 0.8;
  ctx.fillRect(x - 6, y - 22, pixels + 12, 28);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ctx.fillStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, y - 4); ctx.lineTo(x, y); ctx.lineTo(x + pixels, y); ctx.lineTo(x + pixels, y - 4);
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.fillText(words, x + pixels / 2, y - 6);
  ctx.textAlign = "start";
}

export function drawOverlay(s: Scene): void {
  const { ctx, view, theme } = s;
  if (view.shown.tracks && view.time_s > 0) {
    const tracks = shownTracks(s);
    for (const track of tracks) {
      const at = Math.min(view.time_s / track.step_s, track.lat.length - 1);
      if (at < 0) continue;
      drawTrack(s, track, 0, Math.floor(at) + 1, 0.95, 1.4);
      if (at < track.lat.length - 1) drawHead(s, placeAt(track, at), trackColour(s, track));
    }
  }
  if (view.shown.tracks) for (const track of shownTracks(s)) drawInterceptor(s, track, view.time_s);
  if (view.scene === "shot" && s.data.shot) drawShot(s, s.data.shot);
  const selection = view.selection;
  if (selection && "cell" in selection && s.data.grid) outline(s, s.data.grid, selection.cell);
  if (selection && "place" in selection) {
    const place = view.placesOf(s.choice).find((p) => p.id === selection.place) ?? s.data.places.find((p) => p.id === selection.place);
    const p = place && s.projector.point(place.lon, place.lat);
    if (p) {
      ctx.beginPath();
      ctx.arc(p[0], p[1], 11, 0, 7);
      ctx.strokeStyle = theme.paper;
      ctx.lineWidth = 5;
      ctx.stroke();
      ctx.strokeStyle = theme.ink;
      ctx.lineWidth = 2.5;
      ctx.stroke();
    }
  }
}

function outline(s: Scene, g: Grid, [i, j]: [number, number]): void {
  const { ctx, theme } = s;
  const lat = g.south + i * g.step, lon = g.west + j * g.step;
  const ring = [[lon, lat], [lon + g.step, lat], [lon + g.step, lat + g.step], [lon, lat + g.step]];
  const points = ring.map(([x, y]) => s.projector.point(x, y));
  if (points.some((p) => p === null)) return;
  ctx.beginPath();
  points.forEach((p, n) => (n ? ctx.lineTo(p![0], p![1]) : ctx.moveTo(p![0], p![1])));
  ctx.closePath();
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 4.5;
  ctx.stroke();
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 2;
  ctx.stroke();
}
