// From latitude, longitude and altitude to pixels, on a globe (altitude drawn) or a flat equal-area map.

import { geoEqualEarth, geoEqualEarthRaw, geoOrthographic, type GeoProjection } from "d3-geo";
import type { Camera } from "./state.svelte";

export const EARTH_KM = 6371;
const RAD = Math.PI / 180;
export const wrap = (lon: number) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** How far a meridian lies east of another, 0 to 360 degrees. */
export const eastOf = (west: number, lon: number) => (((lon - west) % 360) + 360) % 360;

/** West, east, south and north edge in degrees; it crosses 180 degrees where the west lies east of the east. */
export type Window = [number, number, number, number];

export interface Projector {
  d3: GeoProjection;
  /** Whether something of what fills a window may be seen. */
  sees(fills: Window): boolean;
  /** Pixel of a point, or null when it is behind the Earth. */
  point(lon: number, lat: number, alt_km?: number): [number, number] | null;
  invert(x: number, y: number): [number, number] | null;
  /** Pixels of grid corners, x then y; visible 0 or 1 per corner. */
  corners(lons: number[], lats: number[]): { xy: Float32Array; visible: Uint8Array };
}

/** Pixels by which a straight line on the map may miss the great circle that it stands for. */
const PRECISION = 0.6;

/** The projection of a camera; a quick one draws lines between their points straight. */
export function projector(camera: Camera, width: number, height: number, quick = false): Projector {
  return (camera.kind === "globe" ? globe : flat)(camera, width, height, quick ? 0 : PRECISION);
}

function globe(camera: Camera, width: number, height: number, precision: number): Projector {
  const radius = 0.44 * Math.min(width, height) * camera.zoom;
  const cx = width / 2, cy = height / 2;
  const d3 = geoOrthographic().rotate([-camera.lon, -camera.lat]).scale(radius).translate([cx, cy]).precision(precision).clipAngle(90);
  const sin0 = Math.sin(camera.lat * RAD), cos0 = Math.cos(camera.lat * RAD);
  const point = (lon: number, lat: number, alt_km = 0): [number, number] | null => {
    const l = (lon - camera.lon) * RAD, cosLat = Math.cos(lat * RAD), sinLat = Math.sin(lat * RAD);
    const k = 1 + alt_km / EARTH_KM;
    const x = k * cosLat * Math.sin(l);
    const y = k * (cos0 * sinLat - sin0 * cosLat * Math.cos(l));
    const z = sin0 * sinLat + cos0 * cosLat * Math.cos(l);
    if (z < 0 && x * x + y * y < 1) return null; // behind the Earth; beyond its rim it is seen
    return [cx + radius * x, cy - radius * y];
  };
  return {
    d3,
    sees: () => true,
    point,
    invert: (x, y) => (Math.hypot(x - cx, y - cy) > radius ? null : (d3.invert?.([x, y]) ?? null)),
    corners: (lons, lats) => {
      const xy = new Float32Array(2 * lons.length * lats.length), visible = new Uint8Array(lons.length * lats.length);
      const sinL = lons.map((v) => Math.sin((v - camera.lon) * RAD)), cosL = lons.map((v) => Math.cos((v - camera.lon) * RAD));
      let n = 0;
      for (const lat of lats) {
        const s = Math.sin(lat * RAD), c = Math.cos(lat * RAD);
        for (let j = 0; j < lons.length; j++, n++) {
          xy[2 * n] = cx + radius * c * sinL[j];
          xy[2 * n + 1] = cy - radius * (cos0 * s - sin0 * c * cosL[j]);
          visible[n] = sin0 * s + cos0 * c * cosL[j] > 0 ? 1 : 0;
        }
      }
      return { xy, visible };
    },
  };
}

/** Pixels per unit of the flat projection. */
export function flatScale(width: number, height: number, zoom: number): number {
  return (Math.max(width, height * 1.2) / 5.41) * zoom;
}

/** Zoom at which a window (west, east, south, north) fills a flat map. */
export function fitZoom([west, east, south, north]: Window, width: number, height: number): number {
  const [, top] = geoEqualEarthRaw(0, north * RAD), [, bottom] = geoEqualEarthRaw(0, south * RAD);
  const [wide] = geoEqualEarthRaw((east - west) * RAD, Math.max(south, Math.min(north, 0)) * RAD);
  return Math.min(width / wide, height / (top - bottom)) / flatScale(width, height, 1);
}

const POLE = geoEqualEarthRaw(0, Math.PI / 2)[1];
const clampedRow = (y: number) => Math.min(Math.max(y, -POLE), POLE);

/** The latitude nearest to one at which a flat map of so many pixels shows nothing beyond a pole; that of the equator on a higher map. */
export function offPoles(lat: number, height: number, scale: number): number {
  const most = Math.max(0, POLE - height / 2 / scale);
  const y = geoEqualEarthRaw(0, lat * RAD)[1];
  return Math.abs(y) <= most ? lat : geoEqualEarthRaw.invert!(0, Math.sign(y) * most)[1] / RAD;
}

function flat(camera: Camera, width: number, height: number, precision: number): Projector {
  const scale = flatScale(width, height, camera.zoom);
  const d3 = geoEqualEarth().rotate([-camera.lon, 0]).scale(scale).translate([width / 2, 0]).precision(precision);
  const [, y0] = d3([camera.lon, camera.lat])!;
  d3.translate([width / 2, height / 2 - y0]);
  const row = (lat: number) => {
    const [x, y] = geoEqualEarthRaw(1, lat * RAD); // x is linear in longitude
    return [scale * x, height / 2 - y0 - scale * y];
  };
  const latitudeAt = (y: number) => geoEqualEarthRaw.invert!(0, clampedRow((height / 2 - y0 - y) / scale))[1] / RAD;
  const south = latitudeAt(height), north = latitudeAt(0);
  const half = width / 2 / (Math.min(row(south)[0], row(north)[0]) * RAD); // degrees from the middle to the farther corner
  return {
    d3,
    sees: ([w, e, s, n]) =>
      s <= north && n >= south && (half >= 180 || e - w >= 360 || eastOf(w, camera.lon - half) <= eastOf(w, e) || eastOf(camera.lon - half, w) <= 2 * half),
    point: (lon, lat) => {
      const [k, y] = row(lat);
      return [width / 2 + k * wrap(lon - camera.lon) * RAD, y];
    },
    invert: (x, y) => d3.invert?.([x, y]) ?? null,
    corners: (lons, lats) => {
      const xy = new Float32Array(2 * lons.length * lats.length), visible = new Uint8Array(lons.length * lats.length).fill(1);
      const west = wrap(lons[0] - camera.lon);
      let n = 0;
      for (const lat of lats) {
        const [k, y] = row(lat);
        for (const lon of lons) {
          xy[2 * n] = width / 2 + k * (west + lon - lons[0]) * RAD;
          xy[2 * n++ + 1] = y;
        }
      }
      return { xy, visible };
    },
  };
}

/** The globe seen from over the middle of points, as near as all of them can be seen, or all that lie on its near side. */
export function globeAround(points: { lon: number; lat: number }[]): Camera {
  const unit = ({ lon, lat }: { lon: number; lat: number }) => {
    const c = Math.cos(lat * RAD);
    return [c * Math.cos(lon * RAD), c * Math.sin(lon * RAD), Math.sin(lat * RAD)];
  };
  const all = points.map(unit);
  const [x, y, z] = [0, 1, 2].map((axis) => all.reduce((sum, p) => sum + p[axis], 0));
  const size = Math.hypot(x, y, z) || 1;
  const nearest = Math.min(1, ...all.map((p) => (p[0] * x + p[1] * y + p[2] * z) / size)); // cosine to the farthest point
  const far = nearest > 0 ? Math.sqrt(1 - nearest * nearest) : 1;
  const lat = Math.atan2(z, Math.hypot(x, y)) / RAD;
  return { kind: "globe", lon: Math.atan2(y, x) / RAD, lat: Math.min(80, Math.max(-80, lat)), zoom: 1.05 / Math.max(far, 0.1) };
}

/** Point at a distance and azimuth along a great circle. */
export function destination(lon: number, lat: number, azimuth_deg: number, distance_km: number): [number, number] {
  const d = distance_km / EARTH_KM, a = azimuth_deg * RAD, f = lat * RAD;
  const sin = Math.sin(f) * Math.cos(d) + Math.cos(f) * Math.sin(d) * Math.cos(a);
  const east = Math.atan2(Math.sin(a) * Math.sin(d) * Math.cos(f), Math.cos(d) - Math.sin(f) * sin);
  return [wrap(lon + east / RAD), Math.asin(sin) / RAD];
}

/** Outline of a sensor's sector out to its range on the ground, as a closed ring. */
export function sector(lon: number, lat: number, s: { from: number; to: number; range_km: number }): [number, number][] {
  const width = (((s.to - s.from) % 360) + 360) % 360 || 360;
  const reach = Math.min(s.range_km, 0.49 * Math.PI * EARTH_KM);
  const steps = Math.max(8, Math.round(width / 4));
  const arc = Array.from({ length: steps + 1 }, (_, i) => destination(lon, lat, s.from + (width * i) / steps, reach));
  return width === 360 ? [...arc, arc[0]] : [[lon, lat], ...arc, [lon, lat]];
}

/** The nearest whole number, of two the even one: as the tables and sentences of the report round. */
function whole(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

/** A share in words that never round to nothing or to all. */
export function percent(value: number | null): string {
  if (value === null) return "not defined";
  const rounded = whole(value);
  if (value > 0 && rounded === 0) return "less than 1 %";
  if (value < 100 && rounded === 100) return "more than 99 %";
  return `${rounded} %`;
}

/** Low, nominal and high share in words. */
export function ranged([low, nominal, high]: number[]): string {
  const span = `${percent(low).replace(" %", "")} to ${percent(high)}`;
  return percent(low) === percent(high) ? percent(nominal) : `${percent(nominal)} (${span})`;
}

/** Time to spare in words; negative is how much too late. */
export function spare(slack_s: number | null): string {
  if (slack_s === null) return "out of reach";
  const rounded = whole(Math.abs(slack_s));
  return slack_s < 0 ? `too late by ${rounded || "less than 1"} s` : `${rounded} s`;
}

export function placeWords(lat: number, lon: number, digits = 1): string {
  return `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lon).toFixed(digits)}° ${lon < 0 ? "W" : "E"}`;
}
