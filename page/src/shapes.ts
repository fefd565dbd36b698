// Land, coasts and borders as GeoJSON that the map library draws; built once.

import { geoArea, geoBounds, type GeoPermissibleObjects } from "d3-geo";
import type { Data, Shapes } from "./data";
import type { Window } from "./geo";

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

export function part(shape: GeoPermissibleObjects): Part {
  const [[west, south], [east, north]] = geoBounds(shape);
  return { shape, fills: [west, east, south, north] };
}

function land(set: { land: Shapes; coasts: Shapes; borders: Shapes }): Land {
  const drawn = (shapes: Shapes) => lines(shapes).map((coordinates) => part({ type: "LineString", coordinates }));
  return {
    land: lines(set.land).map((ring) => part({ type: "Polygon", coordinates: [oriented(ring)] })),
    coasts: drawn(set.coasts),
    borders: drawn(set.borders),
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
  return part({ type: "Polygon", coordinates: [oriented(ring)] });
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
