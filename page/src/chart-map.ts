// Maps among the charts of the report: land, paths, areas, circles and places in a window, each kind in the key.

import * as Plot from "@observablehq/plot";
import { dash, distinct, hue, said, type Chart, type Row } from "./chart-rows";

export interface Ground {
  window: [west: number, east: number, south: number, north: number];
  land: [number, number][][];
}

type Kind = "path" | "area" | "place" | "field";
export const kindOf = (chart: Chart, series: string): Kind => (chart.rows.find((r) => String(r.series ?? "") === series)?.kind ?? "path") as Kind;

const HIGHEST = 620, MARGIN = { left: 42, right: 8, top: 8, bottom: 22 };
const SYMBOLS = ["circle", "square", "triangle", "diamond2", "star", "cross", "wye"] as const;
export const symbol = (index: number) => SYMBOLS[index % SYMBOLS.length];

/** The mark of the places of a series, for the key. */
export const placeKey = (index: number) =>
  Plot.plot({ width: 22, height: 14, margin: 0, x: { domain: [0, 1], axis: null }, y: { domain: [0, 1], axis: null }, style: { background: "none" }, marks: [Plot.dot([0], { x: () => 0.5, y: () => 0.5, symbol: symbol(index), fill: hue(index), r: 4.5 })] });

/** Dashes of a line: those of colours that come again are others. */
export const lining = (index: number) => dash(index + 2 * Math.floor(index / 7));

const degrees = (v: number, [positive, negative]: string) => {
  const at = ((((v + 180) % 360) + 360) % 360) - 180;
  return `${Math.abs(positive === "N" ? v : at)}°${(positive === "N" ? v : at) < 0 ? negative : positive}`;
};

/** Points of lines or rings, each with the number of its own. */
const numbered = (lines: [number, number][][]) => lines.flatMap((line, z) => line.map(([x, y]) => ({ x, y, z })));

export function map(chart: Chart, rows: Row[], all: string[], width: number): SVGSVGElement | HTMLElement {
  const [west, east, south, north] = chart.ground!.window;
  const ratio = (north - south) / ((east - west) * Math.cos(((south + north) * Math.PI) / 360));
  const inner = Math.min(width - MARGIN.left - MARGIN.right, HIGHEST / ratio), high = inner * ratio;
  const x = (lon: number) => (inner * (lon - west)) / (east - west), y = (lat: number) => (high * (north - lat)) / (north - south);
  const of = (kind: Kind) => all.filter((name) => kindOf(chart, name) === kind).map((name) => ({ i: all.indexOf(name), own: rows.filter((r) => String(r.series ?? "") === name) }));
  const ground = numbered(chart.ground!.land);
  const marks: Plot.Markish[] = [
    Plot.frame({ fill: "var(--sea)", stroke: "var(--line)" }),
    Plot.line(ground, { x: "x", y: "y", z: "z", fill: "var(--land)", stroke: "none", clip: true }),
  ];
  for (const { own } of of("field")) marks.push(...fields(own));
  marks.push(Plot.line(ground, { x: "x", y: "y", z: "z", stroke: "var(--border)", strokeWidth: 0.7, clip: true }));
  for (const { i, own } of of("area"))
    marks.push(Plot.line(own, { x: "x", y: "y", z: "group", fill: hue(i), fillOpacity: 0.14, stroke: hue(i), strokeWidth: 1.4, strokeDasharray: lining(i), clip: true }));
  for (const { i, own } of of("path"))
    marks.push(Plot.line(own, { x: "x", y: "y", z: "group", stroke: hue(i), strokeWidth: 2.2, strokeDasharray: lining(i), clip: true }));
  for (const { i, own } of of("place"))
    marks.push(Plot.dot(own, { x: "x", y: "y", fill: hue(i), stroke: "var(--paper)", symbol: symbol(i), r: 5.5, title: (d: Row) => d.word || d.series, clip: true }));
  for (const { text, at, anchor } of labels(rows, x, y, inner))
    marks.push(Plot.text([at], { x: "x", y: "y", text: () => text, textAnchor: anchor, dx: anchor === "start" ? 9 : -9, fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 3 }));
  return Plot.plot({
    width: inner + MARGIN.left + MARGIN.right,
    height: high + MARGIN.top + MARGIN.bottom,
    marginLeft: MARGIN.left, marginRight: MARGIN.right, marginTop: MARGIN.top, marginBottom: MARGIN.bottom,
    style: { background: "none", fontSize: "12px" },
    x: { domain: [west, east], label: null, ticks: inner < 360 ? 3 : 6, tickFormat: (v: number) => degrees(v, "EW") },
    y: { domain: [south, north], label: null, ticks: 5, tickFormat: (v: number) => degrees(v, "NS") },
    marks,
  });
}

/** Fields of a size, stronger the smaller their value is, on a scale of powers. */
function fields(rows: Row[]): Plot.Markish[] {
  const known = rows.filter((r) => typeof r.value === "number");
  if (!known.length) return [];
  const span = (key: "x" | "y") => {
    const at = distinct(known.map((r) => r[key] as number)).sort((a, b) => a - b);
    return at.length > 1 ? Math.min(...at.slice(1).map((v, i) => v - at[i])) / 2 : 0.5;
  };
  const [dx, dy] = [span("x"), span("y")], values = known.map((r) => Math.log(r.value as number));
  const least = Math.min(...values), most = Math.max(...values, least + 1e-9);
  return [
    Plot.rect(known, {
      x1: (d) => d.x - dx, x2: (d) => d.x + dx, y1: (d) => d.y - dy, y2: (d) => d.y + dy, fill: "var(--chart-1)", shapeRendering: "crispEdges",
      fillOpacity: (d) => 0.05 + (0.9 * (most - Math.log(d.value))) / (most - least), clip: true,
    }),
    Plot.tip(known, Plot.pointer({ x: "x", y: "y", title: (d) => said(d.value), fill: "var(--paper)", stroke: "var(--line)" })),
  ];
}

interface Label {
  text: string;
  at: Row;
  anchor: "start" | "end";
}

/** Names of places, right or left of their marks; one that would lie on another, or leave the map, is left to the pointer. */
function labels(rows: Row[], x: (lon: number) => number, y: (lat: number) => number, inner: number): Label[] {
  const taken: [number, number, number, number][] = [], made: Label[] = [];
  for (const at of rows.filter((r) => r.kind === "place" && r.word)) {
    const wide = 6.8 * at.word!.length, [px, py] = [x(at.x as number), y(at.y as number)];
    for (const anchor of ["start", "end"] as const) {
      const left = anchor === "start" ? px + 9 : px - 9 - wide;
      if (left < 0 || left + wide > inner || taken.some(([l, t, r, b]) => left < r + 6 && l < left + wide + 6 && py - 7 < b && t < py + 7)) continue;
      taken.push([left, py - 7, left + wide, py + 7]);
      made.push({ text: at.word!, at, anchor });
      break;
    }
  }
  return made;
}
