// Missiles and interceptors in flight: the engagement of the first scene, and those of flights that break a clause.

import { geoPath } from "d3-geo";
import type { Flown, Shot, Track } from "./data";
import type { Scene } from "./draw";
import { sector, wrap } from "./geo";
import { oriented } from "./shapes";

/** Draw a path between two samples, broken where the map is. */
export function drawFlown(s: Scene, path: Flown, from: number, to: number, colour: string, alpha: number, width: number): void {
  const { ctx } = s;
  ctx.beginPath();
  let pen = false, px = 0;
  for (let i = from; i < to; i++) {
    const p = s.projector.point(path.lon[i], path.lat[i], path.alt_km[i]);
    if (p === null || (pen && Math.abs(p[0] - px) > s.width / 2 && s.view.camera.kind === "flat")) pen = false;
    if (p === null) continue;
    if (pen) ctx.lineTo(p[0], p[1]);
    else ctx.moveTo(p[0], p[1]);
    pen = true;
    px = p[0];
  }
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** Place on a path at a sample that need not be whole: longitude, latitude, altitude (km). */
export function placeAt(path: Flown, sample: number): [number, number, number] {
  const last = path.lat.length - 1, at = Math.min(Math.max(sample, 0), last);
  const i = Math.min(Math.floor(at), Math.max(last - 1, 0)), f = at - i, j = Math.min(i + 1, last);
  const mix = (a: Float32Array) => a[i] + f * (a[j] - a[i]);
  return [wrap(path.lon[i] + f * wrap(path.lon[j] - path.lon[i])), mix(path.lat), mix(path.alt_km)];
}

export function drawHead(s: Scene, place: [number, number, number], colour: string, radius = 3): void {
  const p = s.projector.point(...place);
  if (!p) return;
  const { ctx, theme } = s;
  ctx.beginPath();
  ctx.arc(p[0], p[1], radius, 0, 7);
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 0.8;
  ctx.stroke();
}

/** Trace the star that marks a meeting. */
export function star(ctx: CanvasRenderingContext2D, x: number, y: number, size = 6.5): void {
  ctx.beginPath();
  for (let k = 0; k < 8; k++) {
    const r = k % 2 ? 0.4 * size : size, a = (k * Math.PI) / 4;
    ctx.lineTo(x + r * Math.sin(a), y - r * Math.cos(a));
  }
  ctx.closePath();
}

export function drawStar(s: Scene, place: [number, number, number], size = 6.5): void {
  const p = s.projector.point(...place);
  if (!p) return;
  const { ctx, theme } = s;
  star(ctx, ...p, size);
  ctx.fillStyle = theme.meeting;
  ctx.fill();
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 1;
  ctx.stroke();
}

/** Places of missile and interceptor at a time of the first scene; the interceptor has none before its launch. */
export function atTime(shot: Shot, time_s: number): { missile: [number, number, number]; interceptor: [number, number, number] | null } {
  const sample = time_s / shot.step_s, own = sample - shot.from;
  return {
    missile: placeAt(shot.missile, sample),
    interceptor: time_s >= shot.launch_s && own >= 0 ? placeAt(shot.interceptor, own) : null,
  };
}

export function drawShot(s: Scene, shot: Shot): void {
  const { theme, view } = s, met = view.time_s >= shot.meet_s;
  const time_s = Math.min(view.time_s, shot.meet_s), sample = time_s / shot.step_s;
  for (const sensor of shot.sensors)
    if (sensor.seen.some(([from, to]) => from <= time_s && time_s <= to)) drawSight(s, sensor.id);
  drawFlown(s, shot.missile, 0, shot.missile.lat.length, theme.regional, 0.25, 1.2);
  drawFlown(s, shot.missile, 0, Math.floor(sample) + 1, theme.regional, 1, 2.4);
  const { missile, interceptor } = atTime(shot, time_s);
  if (interceptor) {
    drawFlown(s, shot.interceptor, 0, Math.floor(sample) - shot.from + 1, theme.site, 1, 2.4);
    if (!met) drawHead(s, interceptor, theme.site, 4.5);
  }
  if (met) drawStar(s, missile, 12);
  else drawHead(s, missile, theme.regional, 4.5);
}

/** The fan of a radar that sees the missile now; a satellite has none on the ground. */
function drawSight(s: Scene, id: string): void {
  const place = s.data.places.find((p) => p.id === id);
  if (!place?.sector) return;
  const { ctx, theme } = s;
  ctx.beginPath();
  geoPath(s.projector.d3, ctx)({ type: "Polygon", coordinates: [oriented(sector(place.lon, place.lat, place.sector))] });
  ctx.fillStyle = theme.fan;
  ctx.globalAlpha = 0.18;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.fan;
  ctx.lineWidth = 1.4;
  ctx.stroke();
}

/** The interceptor of a flight that breaks a clause, up to a time; the whole of it at time 0. */
export function drawInterceptor(s: Scene, track: Track, time_s: number): void {
  const path = track.interceptor;
  if (!path || !track.engageable?.[s.choice.phase]) return;
  const { times_s } = path, last = times_s.length - 1;
  const now = time_s > 0 ? time_s : times_s[last];
  if (now < times_s[0]) return;
  const flown = times_s.filter((t) => t <= now).length;
  drawFlown(s, path, 0, flown, s.theme.site, 1, 2.2);
  if (now < times_s[last]) {
    const i = flown - 1;
    drawHead(s, placeAt(path, i + (now - times_s[i]) / (times_s[i + 1] - times_s[i])), s.theme.site);
  } else drawStar(s, placeAt(path, last), 9);
}
