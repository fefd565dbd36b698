// What is drawn on the two canvases of a map: the lower one changes with the camera and the switches, the upper one
// with the time and the selection, so that the time slider redraws little.

import { geoGraticule10, geoPath } from "d3-geo";
import { drawCells, drawClasses } from "./cells";
import type { Data, Grid, Place, Track } from "./data";
import { EARTH_KM, sector, wrap, type Projector } from "./geo";
import { countryNames, Labels } from "./labels";
import { oriented, type Geography } from "./shapes";
import type { Choice, View } from "./state.svelte";

export interface Theme {
  sea: string; land: string; coast: string; border: string; ink: string; paper: string; line: string;
  site: string; radar: string; base: string; launch: string; regional: string; strategic: string; exposed: string; fan: string; meeting: string;
  once: string; several: string; undefended: string;
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

export function drawBase(s: Scene): void {
  const { ctx, theme, geography, view } = s;
  ctx.clearRect(0, 0, s.width, s.height);
  const path = geoPath(s.projector.d3, ctx);
  const fill = (shape: Parameters<typeof path>[0], colour: string) => {
    ctx.beginPath();
    path(shape);
    ctx.fillStyle = colour;
    ctx.fill();
  };
  const stroke = (shape: Parameters<typeof path>[0], colour: string, width: number) => {
    ctx.beginPath();
    path(shape);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  };
  const { world, region } = geography;
  fill({ type: "Sphere" }, theme.sea);
  fill(world.land, theme.land);
  if (region) {
    fill(region.frame, theme.sea);
    fill(region.land, theme.land);
  }
  const layer = s.choice && view.shown.cells ? view.layer(s.choice) : undefined;
  if (layer && s.data.grid) (view.shown.reasons ? drawCells : drawClasses)(s, layer, s.data.grid);
  stroke(geoGraticule10(), theme.line, 0.3);
  for (const set of region ? [world, region] : [world]) {
    stroke(set.borders, theme.border, 0.5);
    stroke(set.coasts, theme.coast, 0.8);
  }
  stroke({ type: "Sphere" }, theme.coast, 0.8);
  if (view.shown.zones) drawZones(s);
  if (view.shown.fans) drawFans(s);
  if (view.shown.corridors) drawCorridors(s);
  if (view.shown.tracks) for (const track of shownTracks(s)) drawTrack(s, track, 0, track.lat.length, 0.28, 0.8);
  if (view.shown.meetings) drawMeetings(s);
  const labels = new Labels(s.ctx, s.width, s.height, theme);
  if (view.shown.places) drawPlaces(s, labels);
  countryNames(s, labels);
  drawScale(s);
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

/** Paths of the missile that is chosen, and strategic ones: all, or those of the base that is selected. */
export function shownTracks(s: Pick<Scene, "data" | "view" | "choice">): Track[] {
  const threat = s.data.axes.threat[s.choice.threat]?.id;
  const chosen = s.view.selection && "place" in s.view.selection ? s.view.selection.place : "";
  const ofBase = s.data.tracks.some((t) => t.base === chosen);
  return s.data.tracks.filter((t) => (t.kind === "regional" ? t.threat === threat && !ofBase : !ofBase || t.base === chosen));
}

export function trackColour(s: Scene, track: Track): string {
  if (track.kind === "regional") return s.theme.regional;
  return track.engageable?.[s.choice.phase] ? s.theme.exposed : s.theme.strategic;
}

function drawTrack(s: Scene, track: Track, from: number, to: number, alpha: number, width: number): void {
  const { ctx } = s;
  ctx.beginPath();
  let pen = false, px = 0;
  for (let i = from; i < to; i++) {
    const p = s.projector.point(track.lon[i], track.lat[i], track.alt_km[i]);
    if (p === null || (pen && Math.abs(p[0] - px) > s.width / 2 && s.view.camera.kind === "flat")) pen = false;
    if (p === null) continue;
    if (pen) ctx.lineTo(p[0], p[1]);
    else ctx.moveTo(p[0], p[1]);
    pen = true;
    px = p[0];
  }
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = trackColour(s, track);
  ctx.lineWidth = width;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

function drawCorridors(s: Scene): void {
  const { ctx, theme } = s;
  const path = geoPath(s.projector.d3, ctx);
  const shown = shownTracks({ ...s, view: s.view }).filter((t) => t.kind === "strategic");
  for (const exposed of [false, true]) {
    ctx.beginPath();
    for (const t of shown)
      if (Boolean(t.engageable?.[s.choice.phase]) === exposed)
        path({ type: "LineString", coordinates: Array.from(t.lon, (lon, i) => [lon, t.lat[i]] as [number, number]) });
    ctx.strokeStyle = exposed ? theme.exposed : theme.strategic;
    ctx.lineWidth = exposed ? 5 : 2.5;
    ctx.globalAlpha = exposed ? 0.4 : 0.2;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** Point of a path at a time, between its samples. */
function pointAt(s: Scene, track: Track, time_s: number): [number, number] | null {
  const last = track.lat.length - 1, at = Math.min(Math.max(time_s / track.step_s, 0), last);
  const i = Math.min(Math.floor(at), last - 1), f = at - i;
  const turn = wrap(track.lon[i + 1] - track.lon[i]);
  const mix = (a: Float32Array) => a[i] + f * (a[i + 1] - a[i]);
  return s.projector.point(track.lon[i] + f * turn, mix(track.lat), mix(track.alt_km));
}

function drawMeetings(s: Scene): void {
  const { ctx, theme } = s;
  ctx.strokeStyle = theme.paper;
  ctx.fillStyle = theme.meeting;
  ctx.lineWidth = 1;
  for (const track of shownTracks(s)) {
    const time = track.meet_s?.[s.choice.phase]?.[s.choice.mode];
    const p = time === null || time === undefined ? null : pointAt(s, track, time);
    if (!p) continue;
    ctx.beginPath();
    for (let k = 0; k < 8; k++) {
      const r = k % 2 ? 2.6 : 6.5, a = (k * Math.PI) / 4;
      ctx.lineTo(p[0] + r * Math.sin(a), p[1] - r * Math.cos(a));
    }
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }
}

function mark(ctx: CanvasRenderingContext2D, kind: Place["kind"], x: number, y: number, r: number): void {
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

/** A bar of a round number of kilometres in the lower left corner; its length holds at the middle of the map. */
function drawScale(s: Scene): void {
  const { ctx, theme, width, height, projector } = s;
  const at = projector.invert(width / 2, height / 2);
  const beside = at && projector.point(at[0], Math.min(at[1] + 1, 89.5));
  const here = at && projector.point(at[0], at[1]);
  if (!at || !beside || !here) return;
  const perPixel_km = ((Math.PI / 180) * EARTH_KM * (Math.min(at[1] + 1, 89.5) - at[1])) / Math.hypot(beside[0] - here[0], beside[1] - here[1]);
  const most = Math.min(0.3 * width, 160) * perPixel_km;
  const unit = 10 ** Math.floor(Math.log10(most));
  const length_km = unit * (most / unit >= 5 ? 5 : most / unit >= 2 ? 2 : 1);
  const x = 12, y = height - 12, pixels = length_km / perPixel_km;
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
  ctx.clearRect(0, 0, s.width, s.height);
  if (view.shown.tracks && view.time_s > 0) {
    const tracks = shownTracks(s);
    for (const track of tracks) {
      const at = Math.min(view.time_s / track.step_s, track.lat.length - 1);
      if (at < 0) continue;
      drawTrack(s, track, 0, Math.floor(at) + 1, 0.95, 1.4);
      if (at < track.lat.length - 1) head(s, track, view.time_s);
    }
  }
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

function head(s: Scene, track: Track, time_s: number): void {
  const p = pointAt(s, track, time_s);
  if (!p) return;
  s.ctx.beginPath();
  s.ctx.arc(p[0], p[1], 3, 0, 7);
  s.ctx.fillStyle = trackColour(s, track);
  s.ctx.fill();
  s.ctx.strokeStyle = s.theme.paper;
  s.ctx.lineWidth = 0.8;
  s.ctx.stroke();
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
