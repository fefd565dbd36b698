// The charts of the report, drawn from the data in the file: one visual language, no boxes, labels where they are read.

import * as Plot from "@observablehq/plot";
import { map } from "./chart-map";
import { dash, distinct, hue, said, type Chart, type Row } from "./chart-rows";
import { wrap } from "./geo";

const BAR = 15, GROUP_GAP = 10, MOST_LABEL = 34, CHARACTER = 6.6, LINE = 13.5;
/** Groups that are alike stand in one place when their names together take no more characters. */
const MOST_JOINED = 48;
/** Names no longer than this stand at the ends of their lines, in the place of a key. */
const AT_END = 18;
/** Points at so many whole numbers have each of them on the axis, and none between. */
const MOST_COUNTED = 10;
/** Lines of words above a chart that say what its upright lines are. */
const MOST_RULED = 4;

const has = (row: Row) => row.kind !== undefined || [row.value, row.low, row.high].some((v) => typeof v === "number");
const names = (chart: Chart): string[] => distinct(chart.rows.map((r) => String(r.series ?? "")));
/** Each series that has something to draw, with its place among all. */
export const drawn = (chart: Chart): [string, number][] =>
  names(chart)
    .map((name, i): [string, number] => [name, i])
    .filter(([name]) => name && chart.rows.some((r) => String(r.series ?? "") === name && has(r)));
/** Whether the lines of a chart are named where they end. */
export const namedAtEnds = (chart: Chart) => chart.mark === "lines" && drawn(chart).every(([name]) => name.length <= AT_END);

export interface Panel {
  title: string;
  rows: Row[];
  nothing: string[]; // what is zero or missing throughout, in words
}

/** Panels with their rows; those that say the same as one before are named with it and drawn once. */
export function panels(chart: Chart): Panel[] {
  const made = new Map<string, Panel>();
  for (const title of distinct(chart.rows.map((r) => r.panel ?? ""))) {
    const rows = chart.rows.filter((r) => (r.panel ?? "") === title);
    const same = JSON.stringify(rows.map((r) => ({ ...r, panel: undefined })));
    const before = made.get(same);
    if (before) before.title += `; ${title}`;
    else made.set(same, { title, ...substance(chart, rows) });
  }
  return [...made.values()];
}

/** The rows that show something, groups that are alike made one, and in words what is zero or missing throughout. */
function substance(chart: Chart, rows: Row[]): { rows: Row[]; nothing: string[] } {
  const empty = (some: Row[]) => some.every((r) => !r.value && !r.low && !r.high);
  const said = (some: Row[]) => (some.some(has) ? "zero throughout" : "none");
  if (chart.mark === "lines" || chart.mark === "points") return empty(rows) ? { rows: [], nothing: [said(rows)] } : { rows, nothing: [] };
  if (chart.mark !== "bars" && chart.mark !== "ranges") return { rows, nothing: [] };
  const alike = new Map<string, { groups: string[]; rows: Row[] }>(), left = new Map<string, string[]>();
  for (const group of distinct(rows.map((r) => r.group ?? ""))) {
    const own = rows.filter((r) => (r.group ?? "") === group);
    if (empty(own)) left.set(said(own), [...(left.get(said(own)) ?? []), group]);
    else {
      const same = JSON.stringify(own.map((r) => ({ ...r, group: undefined, panel: undefined })));
      const before = alike.get(same);
      if (before && [...before.groups, group].join("; ").length <= MOST_JOINED) before.groups.push(group);
      else alike.set(before ? `${same} ${group}` : same, { groups: [group], rows: own });
    }
  }
  return {
    rows: [...alike.values()].flatMap((g) => g.rows.map((r) => ({ ...r, group: g.groups.join("; ") }))),
    nothing: [...left].map(([words, groups]) => (alike.size === 0 && left.size === 1 ? words : `${words} for ${groups.join("; ")}`)),
  };
}

/** Draw one panel at a width; ``domain`` is what its values share with the other panels. */
export function draw(chart: Chart, rows: Row[], width: number): SVGSVGElement | HTMLElement {
  const all = names(chart);
  const common = { width, style: { background: "none", fontSize: "12px", overflow: "visible" } };
  const colour = { domain: all, range: all.map((_, i) => hue(i)) };
  if (chart.mark === "lines" || chart.mark === "points") return lines(chart, rows, all, common, colour);
  if (chart.mark === "map") return map(chart, rows, all, width);
  if (chart.mark === "spans") return spans(chart, rows, all, common);
  if (chart.mark === "cells") return cells(rows, chart, common);
  if (chart.mark === "verdicts") return verdicts(rows, common);
  return lying(chart, rows, all, common, colour);
}

type Options = Plot.PlotOptions;

function extent(chart: Chart): [number, number] {
  const all = chart.rows.flatMap((r) => [r.value, r.low, r.high]).concat(chart.rules.map(([at]) => at)).filter((v): v is number => typeof v === "number");
  const least = Math.min(...all), most = Math.max(...all);
  if (chart.logarithmic || (chart.mark === "ranges" && least > 0.4 * most)) return [least, most];
  return [Math.min(0, least), most === least ? least + 1 : most];
}

function lying(chart: Chart, rows: Row[], all: string[], common: Options, colour: Options["color"]): SVGSVGElement | HTMLElement {
  const groups = distinct(rows.map((r) => r.group ?? ""));
  const longest = Math.min(MOST_LABEL, Math.max(...groups.map((g) => g.length)));
  const left = Math.min(0.42 * (common.width ?? 600), 20 + CHARACTER * longest);
  const data = rows.map((r) => ({ ...r, series: String(r.series ?? "") }));
  const each = Math.max(all.length * BAR, LINE * Math.max(...groups.map((g) => folds(g, left)))) + GROUP_GAP;
  const height = groups.length * each + 42 + (chart.rules.length ? 14 : 0);
  const marks: Plot.Markish[] = [
    Plot.gridX({ stroke: "var(--line)", strokeOpacity: 0.6 }),
    Plot.axisFy({ anchor: "left", label: null, tickSize: 0, lineWidth: (left - 8) / 12 }),
  ];
  if (chart.mark === "bars")
    marks.push(
      Plot.barX(data, { x: "value", y: "series", fy: "group", fill: "series" }),
      Plot.text(data, { x: "value", y: "series", fy: "group", text: (d) => said(d.value), textAnchor: "start", dx: 4, fill: "var(--ink)" }),
      Plot.ruleX([0], { stroke: "var(--ink)" }),
    );
  else
    marks.push(
      Plot.barX(data, { x1: "low", x2: "high", y: "series", fy: "group", fill: "series", fillOpacity: 0.35, insetTop: 2, insetBottom: 2 }),
      Plot.dot(data, { x: "value", y: "series", fy: "group", fill: "series", r: 4, symbol: "diamond" }),
    );
  for (const [at, words] of chart.rules)
    marks.push(Plot.ruleX([at], { stroke: "var(--ink)", strokeDasharray: "4 3" }), Plot.text([groups[0]], { x: () => at, fy: (g) => g, text: () => words, frameAnchor: "top", dy: -10, fill: "var(--ink)" }));
  return Plot.plot({
    ...common,
    height,
    marginLeft: left,
    marginRight: 46,
    marginTop: chart.rules.length ? 22 : 8,
    marginBottom: 24,
    x: { label: null, domain: extent(chart), type: chart.logarithmic ? "log" : "linear", ticks: (common.width ?? 600) < 420 ? 3 : 6, nice: true, tickFormat: chart.logarithmic ? (v: number) => String(v) : undefined },
    y: { axis: null, domain: all, padding: 0.12 },
    fy: { axis: null, domain: groups, padding: 0.16 },
    color: colour,
    marks,
  });
}

/** About how many lines a name of a group takes, left of a chart. */
const folds = (name: string, left: number) => Math.ceil((CHARACTER * 1.12 * name.length) / (left - 12));

function lines(chart: Chart, rows: Row[], all: string[], common: Options, colour: Options["color"]): SVGSVGElement | HTMLElement {
  const data = rows.filter((r) => r.value !== null).map((r) => ({ ...r, series: String(r.series ?? "") }));
  const at = distinct(data.map((d) => d.x)), lone = shownAlone(data);
  const ranged = data.filter((r) => typeof r.low === "number" && typeof r.high === "number");
  const shown = all.filter((n) => data.some((d) => d.series === n));
  const ends = shown.length > 1 && namedAtEnds(chart);
  const marks: Plot.Markish[] = [
    Plot.gridY({ stroke: "var(--line)", strokeOpacity: 0.6 }),
    ...(chart.mark === "points"
      ? [
          Plot.ruleY([0], { stroke: "var(--quiet)" }),
          Plot.ruleX(ranged, { x: "x", y1: "low", y2: "high", stroke: "series", strokeWidth: 2, strokeOpacity: 0.5 }),
          Plot.dot(data, { x: "x", y: "value", fill: "series", r: 3.5 }),
        ]
      : [
          Plot.areaY(ranged, { x: "x", y1: "low", y2: "high", z: "series", fill: "series", fillOpacity: 0.14 }),
          ...shown.map((name) =>
            Plot.lineY(data.filter((d) => d.series === name), { x: "x", y: "value", stroke: hue(all.indexOf(name)), strokeWidth: 2, strokeDasharray: dash(all.indexOf(name)) }),
          ),
          Plot.ruleX(lone, { x: "x", y1: "low", y2: "high", stroke: (d) => hue(all.indexOf(d.series)), strokeWidth: 6, strokeOpacity: 0.25 }),
          Plot.dot(lone, { x: "x", y: "value", fill: (d) => hue(all.indexOf(d.series)), r: 4 }),
        ]),
    Plot.tip(data, Plot.pointer({ x: "x", y: "value", title: (d) => `${d.series ? `${d.series}\n` : ""}${said(d.x)}: ${said(d.value)}`, fill: "var(--paper)", stroke: "var(--line)" })),
  ];
  const first = Math.min(...(at as number[])), last = Math.max(...(at as number[]));
  chart.rules.forEach(([at, words], i) => {
    const late = (chart.falling ? last - at : at - first) > 0.8 * (last - first); // its words would run out at the right
    marks.push(
      Plot.ruleX([at], { stroke: "var(--quiet)", strokeDasharray: "4 3" }),
      Plot.text([at], { x: (v) => v, text: () => words, frameAnchor: "top", lineAnchor: "bottom", dy: -4 - 12 * (i % MOST_RULED), dx: late ? -4 : 4, textAnchor: late ? "end" : "start", fill: "var(--quiet)" }),
    );
  });
  const one = at.length === 1 && typeof at[0] === "number" ? at[0] : undefined;
  const counted = chart.mark === "points" && at.length <= MOST_COUNTED && at.every((v) => Number.isInteger(v));
  const plot = Plot.plot({
    ...common,
    height: 240 + 12 * Math.min(chart.rules.length, MOST_RULED),
    marginLeft: 52,
    marginRight: ends ? 14 + CHARACTER * Math.max(...shown.map((n) => n.length)) : 20,
    marginBottom: 24,
    marginTop: 26 + 12 * Math.min(chart.rules.length, MOST_RULED),
    x: {
      label: null, reverse: chart.falling, domain: one === undefined ? undefined : [one - 1, one + 1],
      ticks: one !== undefined ? [one] : counted ? (at as number[]) : (common.width ?? 600) < 420 ? 4 : 8, tickFormat: chart.x === "year" || one !== undefined || counted ? (v: number) => String(v) : undefined,
    },
    y: { label: chart.y || null, labelArrow: "none", labelAnchor: "top", zero: true, nice: true, ticks: 5, domain: data.some((d) => d.value || d.high) ? undefined : [0, 1] },
    color: colour,
    marks,
  });
  if (ends) nameEnds(plot as SVGSVGElement, shown.map((name) => [name, data.filter((d) => d.series === name).at(-1)!, hue(all.indexOf(name))]));
  return plot;
}

/** The rows of series of a single point, which a line does not show. */
const shownAlone = <R extends Row>(data: R[]): R[] => data.filter((d) => data.filter((other) => other.series === d.series).length === 1);

/** Lying spans from ``low`` to ``high``, those of one group in one row. */
function spans(chart: Chart, rows: Row[], all: string[], common: Options): SVGSVGElement | HTMLElement {
  const groups = distinct(rows.map((r) => r.group ?? ""));
  const left = Math.min(0.42 * (common.width ?? 600), 20 + CHARACTER * Math.min(MOST_LABEL, Math.max(...groups.map((g) => g.length))));
  const known = rows.filter((r) => typeof r.low === "number" && typeof r.high === "number");
  return Plot.plot({
    ...common,
    height: groups.length * Math.max(22, 6 + LINE * Math.max(...groups.map((g) => folds(g, left)))) + 40,
    marginLeft: left,
    marginTop: 22,
    marginBottom: 24,
    x: { label: null, ticks: (common.width ?? 600) < 420 ? 3 : 7, tickFormat: chart.x === "year" ? (v: number) => String(v) : undefined },
    y: { axis: null, padding: 0.2, domain: groups },
    marks: [
      Plot.gridX({ stroke: "var(--line)", strokeOpacity: 0.6 }),
      Plot.axisY({ label: null, tickSize: 0, lineWidth: (left - 8) / 12 }),
      Plot.barX(known, { x1: "low", x2: "high", y: "group", fill: (d: Row) => hue(all.indexOf(String(d.series ?? ""))), title: (d: Row) => `${d.series ?? ""}: ${said(d.low)} to ${said(d.high)}` }),
      ...chart.rules.flatMap(([at, words]) => [
        Plot.ruleX([at], { stroke: "var(--ink)", strokeDasharray: "4 3" }),
        Plot.text([at], { x: (v) => v, text: () => words, frameAnchor: "top", dy: -14, fill: "var(--ink)" }),
      ]),
    ],
  });
}

/** Write names at the ends of lines, none on another. */
function nameEnds(plot: SVGSVGElement & Partial<Plot.Plot>, ends: [string, Row, string][]): void {
  const x = plot.scale!("x")!, y = plot.scale!("y")!;
  const right = Math.max(...(x.range as number[]));
  let below = Infinity;
  for (const [name, row, colour] of ends.sort((a, b) => (a[1].value as number) - (b[1].value as number))) {
    const at = Math.min(y.apply(row.value), below - LINE);
    below = at;
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.setAttribute("x", String(right + 6));
    text.setAttribute("y", String(at + 4));
    text.setAttribute("fill", colour);
    text.setAttribute("text-anchor", "start");
    text.textContent = name;
    plot.append(text);
  }
}

function cells(rows: Row[], chart: Chart, common: Options): SVGSVGElement | HTMLElement {
  const step = (key: "x" | "y") => {
    const at = distinct(rows.map((r) => r[key] as number)).sort((a, b) => a - b);
    return at.length > 1 ? Math.min(...at.slice(1).map((v, i) => v - at[i])) : 1;
  };
  const dx = step("x") / 2, dy = step("y") / 2;
  return Plot.plot({
    ...common,
    height: 300,
    marginBottom: 24,
    x: { label: null, tickFormat: chart.x.startsWith("longitude") ? meridian : undefined },
    y: { label: chart.y, labelArrow: "none" },
    color: { type: "linear", range: ["var(--bar-soft)", "var(--chart-1)"], interpolate: "rgb", legend: false },
    marks: [
      Plot.rect(rows, { x1: (d) => d.x - dx, x2: (d) => d.x + dx, y1: (d) => d.y - dy, y2: (d) => d.y + dy, fill: "var(--chart-1)", fillOpacity: (d) => opacity(d.value, rows) }),
      Plot.tip(rows, Plot.pointer({ x: "x", y: "y", title: (d) => said(d.value), fill: "var(--paper)" })),
    ],
  });
}

/** A longitude, which may lie beyond 180 degrees where a map crosses them, as a number within them. */
const meridian = (lon: number) => String(lon === 180 ? lon : wrap(lon));

const opacity = (value: number, rows: Row[]) => (value <= 0 ? 0.06 : 0.25 + (0.75 * value) / Math.max(1, ...rows.map((r) => r.value ?? 0)));

const FIELDS: Record<string, string> = { kept: "var(--kept)", undetermined: "var(--open)", broken: "var(--broken)" };

function verdicts(rows: Row[], common: Options): SVGSVGElement | HTMLElement {
  const groups = distinct(rows.map((r) => r.group ?? "")), wide = common.width ?? 600, narrow = wide < 560;
  const left = Math.min((narrow ? 0.28 : 0.36) * wide, 240), phases = distinct(rows.map((r) => r.x)) as string[];
  const brief = (word: string) => word.split("\n")[0].replace("would be ", "would be\n").replace("undetermined", (wide - left) / phases.length < 78 ? "undeter-\nmined" : "$&");
  return Plot.plot({
    ...common,
    height: groups.length * Math.max(44, 6 + LINE * Math.max(...groups.map((g) => folds(g, left)))) + 34,
    marginLeft: left,
    marginTop: 30,
    x: { axis: "top", label: null, padding: 0.04, tickSize: 0, domain: phases },
    y: { axis: null, padding: 0.08, domain: groups },
    marks: [
      Plot.axisY({ label: null, tickSize: 0, lineWidth: (left - 8) / 12 }),
      Plot.cell(rows, { x: "x", y: "group", fill: (d) => FIELDS[d.series] ?? "var(--soft)" }),
      Plot.text(rows, { x: "x", y: "group", text: (d) => (narrow ? brief(d.word) : d.word), fontSize: narrow ? 9.5 : undefined, fill: "var(--ink)", lineHeight: 1.2 }),
    ],
  });
}
