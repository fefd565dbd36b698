// Land, coasts and borders as GeoJSON that the map library draws; built once.

import { geoArea, type GeoPermissibleObjects } from "d3-geo";
import type { Data, Shapes } from "./data";
import { wrap, type Window } from "./geo";

/** A polygon or a line, and the window that it fills. */
export interface Part {
  shape: GeoPermissibleObjects;
  fills: Window;
}

export interface Land {
  land: Part[];
  coasts: Part[];
  borders: Part[];
}

function lines(shapes: Shapes): [number, number][][] {
  const out: [number, number][][] = [];
  let at = 0;
  for (const length of shapes.lengths) {
    const line: [number, number][] = [];
    for (let i = 0; i < length; i++, at += 2) line.push([shapes.coordinates[at] / 100, shapes.coordinates[at + 1] / 100]);
    out.push(line);
  }
  return out;
}

/** A ring whose inside is the smaller part of the sphere, which is what the library takes a ring's inside to be. */
export function oriented(ring: [number, number][]): [number, number][] {
  return geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI ? [...ring].reverse() : ring;
}

/** Degrees by which the great circles between the points of a line may leave the window of the points themselves. */
const BULGE_DEG = 1;

/** A window that holds a line, and what is inside it if it is closed. */
function windowOf(line: [number, number][]): Window {
  let lon = line[0][0], west = lon, east = lon, south = line[0][1], north = south;
  for (const [to, lat] of line) {
    lon += wrap(to - lon); // on past 180 degrees
    if (lon < west) west = lon;
    if (lon > east) east = lon;
    if (lat < south) south = lat;
    if (lat > north) north = lat;
  }
  const aroundPole = Math.abs(lon - line[0][0]) > 180;
  if (east - west >= 360 || aroundPole) [west, east] = [-180, 180];
  if (aroundPole) [south, north] = south + north > 0 ? [south, 90] : [-90, north];
  return [west - BULGE_DEG, east + BULGE_DEG, south - BULGE_DEG, north + BULGE_DEG];
}

/** A line as the map draws it. */
export function linePart(coordinates: [number, number][]): Part {
  return { shape: { type: "LineString", coordinates }, fills: windowOf(coordinates) };
}

function ringPart(ring: [number, number][]): Part {
  return { shape: { type: "Polygon", coordinates: [oriented(ring)] }, fills: windowOf(ring) };
}

function land(set: { land: Shapes; coasts: Shapes; borders: Shapes }): Land {
  return {
    land: lines(set.land).map(ringPart),
    coasts: lines(set.coasts).map(linePart),
    borders: lines(set.borders).map(linePart),
  };
}

function frame([west, east, south, north]: Window): Part {
  const ring: [number, number][] = [];
  const steps = 24;
  for (let i = 0; i < steps; i++) ring.push([west + ((east - west) * i) / steps, north]);
  for (let i = 0; i < steps; i++) ring.push([east, north - ((north - south) * i) / steps]);
  for (let i = 0; i < steps; i++) ring.push([east - ((east - west) * i) / steps, south]);
  for (let i = 0; i <= steps; i++) ring.push([west, south + ((north - south) * i) / steps]);
  ring[ring.length - 1] = ring[0];
  return ringPart(ring);
}

export interface Geography {
  world: Land;
  region?: Land & { frame: Part };
}

export function geography(data: Data): Geography {
  return {
    world: land(data.world),
    region: data.region && data.window ? { ...land(data.region), frame: frame(data.window) } : undefined,
  };
}
