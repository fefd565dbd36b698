// The charts of the report, drawn from the data in the file: one visual language, no boxes, labels where they are read.

import * as Plot from "@observablehq/plot";

export interface Row {
  panel?: string;
  group?: string;
  series?: string | number;
  x?: number | string;
  y?: number;
  value?: number | null;
  low?: number | null;
  high?: number | null;
  word?: string;
}

export interface Chart {
  mark: "bars" | "ranges" | "lines" | "cells" | "verdicts";
  rows: Row[];
  x: string;
  y: string;
  rules: [number, string][];
  falling: boolean;
  logarithmic: boolean;
}

/** Dark to light, apart for every kind of colour vision; lines also differ in their dashes. */
const HUES = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)", "var(--chart-6)", "var(--chart-7)"];
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 3"];
const BAR = 15, GROUP_GAP = 10, MOST_LABEL = 34;

const distinct = <T>(values: T[]): T[] => [...new Set(values)];
export const series = (chart: Chart): string[] => distinct(chart.rows.map((r) => String(r.series ?? "")));
export const hue = (index: number): string => HUES[index % HUES.length];
export const dash = (index: number): string => DASHES[index % DASHES.length];

/** Panels with their rows; those that say the same as one before are named with it and drawn once. */
export function panels(chart: Chart): { title: string; rows: Row[] }[] {
  const made = new Map<string, { title: string; rows: Row[] }>();
  for (const title of distinct(chart.rows.map((r) => r.panel ?? ""))) {
    const rows = chart.rows.filter((r) => (r.panel ?? "") === title);
    const same = JSON.stringify(rows.map((r) => ({ ...r, panel: undefined })));
    const before = made.get(same);
    if (before) before.title += `; ${title}`;
    else made.set(same, { title, rows });
  }
  return [...made.values()];
}

const short = (text: string, most = MOST_LABEL) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Draw one panel at a width; ``domain`` is what its values share with the other panels. */
export function draw(chart: Chart, rows: Row[], width: number): SVGSVGElement | HTMLElement {
  const names = series(chart);
  const common = { width, style: { background: "none", fontSize: "12px", overflow: "visible" } };
  const colour = { domain: names, range: names.map((_, i) => hue(i)) };
  if (chart.mark === "lines") return lines(chart, rows, names, common, colour);
  if (chart.mark === "cells") return cells(rows, chart, common);
  if (chart.mark === "verdicts") return verdicts(rows, common);
  return lying(chart, rows, names, common, colour);
}

type Options = Plot.PlotOptions;

function extent(chart: Chart): [number, number] {
  const all = chart.rows.flatMap((r) => [r.value, r.low, r.high]).concat(chart.rules.map(([at]) => at)).filter((v): v is number => typeof v === "number");
  const least = Math.min(...all), most = Math.max(...all);
  if (chart.logarithmic || (chart.mark === "ranges" && least > 0.4 * most)) return [least, most];
  return [Math.min(0, least), most === least ? least + 1 : most];
}

function lying(chart: Chart, rows: Row[], names: string[], common: Options, colour: Options["color"]): SVGSVGElement | HTMLElement {
  const groups = distinct(rows.map((r) => r.group ?? ""));
  const longest = Math.min(MOST_LABEL, Math.max(...groups.map((g) => g.length)));
  const left = Math.min(0.42 * (common.width ?? 600), 8 + 6.6 * longest);
  const data = rows.map((r) => ({ ...r, series: String(r.series ?? "") }));
  const height = groups.length * (names.length * BAR + GROUP_GAP) + 62;
  const marks: Plot.Markish[] = [Plot.gridX({ stroke: "var(--line)", strokeOpacity: 0.6 })];
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
    marginBottom: 40,
    x: { label: chart.x, labelAnchor: "left", labelArrow: "none", domain: extent(chart), type: chart.logarithmic ? "log" : "linear", ticks: (common.width ?? 600) < 420 ? 3 : 6, nice: true, tickFormat: chart.logarithmic ? (v: number) => String(v) : undefined },
    y: { axis: null, domain: names, padding: 0.12 },
    fy: { label: null, axis: "left", domain: groups, padding: 0.16, tickFormat: (g: string) => short(g, Math.floor((left - 8) / 6.6)), tickSize: 0 },
    color: colour,
    marks,
  });
}

function lines(chart: Chart, rows: Row[], names: string[], common: Options, colour: Options["color"]): SVGSVGElement | HTMLElement {
  const data = rows.filter((r) => r.value !== null).map((r) => ({ ...r, series: String(r.series ?? "") }));
  const ranged = data.filter((r) => typeof r.low === "number" && typeof r.high === "number");
  const shown = names.filter((n) => data.some((d) => d.series === n));
  const marks: Plot.Markish[] = [
    Plot.gridY({ stroke: "var(--line)", strokeOpacity: 0.6 }),
    Plot.areaY(ranged, { x: "x", y1: "low", y2: "high", z: "series", fill: "series", fillOpacity: 0.14 }),
    ...shown.map((name) =>
      Plot.lineY(data.filter((d) => d.series === name), { x: "x", y: "value", stroke: hue(names.indexOf(name)), strokeWidth: 2, strokeDasharray: dash(names.indexOf(name)) }),
    ),
    Plot.tip(data, Plot.pointer({ x: "x", y: "value", title: (d) => `${d.series ? `${d.series}\n` : ""}${said(d.x)}: ${said(d.value)}`, fill: "var(--paper)", stroke: "var(--line)" })),
  ];
  chart.rules.forEach(([at, words], i) =>
    marks.push(Plot.ruleX([at], { stroke: "var(--quiet)", strokeDasharray: "4 3" }), Plot.text([at], { x: (v) => v, text: () => words, frameAnchor: "top", dy: 12 * (i % 4), dx: 4, textAnchor: "start", fill: "var(--quiet)", stroke: "var(--paper)", strokeWidth: 3 })),
  );
  return Plot.plot({
    ...common,
    height: 260,
    marginLeft: 52,
    marginBottom: 40,
    marginTop: 26,
    x: { label: chart.x, labelAnchor: "left", labelArrow: "none", reverse: chart.falling, ticks: (common.width ?? 600) < 420 ? 4 : 8, tickFormat: chart.x === "year" ? (v: number) => String(v) : undefined },
    y: { label: chart.y || null, labelArrow: "none", labelAnchor: "top", zero: true, nice: true, ticks: 5, domain: data.some((d) => d.value || d.high) ? undefined : [0, 1] },
    color: colour,
    marks,
  });
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
    marginBottom: 40,
    x: { label: chart.x, labelAnchor: "left", labelArrow: "none" },
    y: { label: chart.y, labelArrow: "none" },
    color: { type: "linear", range: ["var(--bar-soft)", "var(--chart-1)"], interpolate: "rgb", legend: false },
    marks: [
      Plot.rect(rows, { x1: (d) => d.x - dx, x2: (d) => d.x + dx, y1: (d) => d.y - dy, y2: (d) => d.y + dy, fill: "var(--chart-1)", fillOpacity: (d) => opacity(d.value, rows) }),
      Plot.tip(rows, Plot.pointer({ x: "x", y: "y", title: (d) => said(d.value), fill: "var(--paper)" })),
    ],
  });
}

const opacity = (value: number, rows: Row[]) => (value <= 0 ? 0.06 : 0.25 + (0.75 * value) / Math.max(1, ...rows.map((r) => r.value ?? 0)));

const FIELDS: Record<string, string> = { kept: "var(--kept)", undetermined: "var(--open)", broken: "var(--broken)" };

function verdicts(rows: Row[], common: Options): SVGSVGElement | HTMLElement {
  const groups = distinct(rows.map((r) => r.group ?? "")), wide = common.width ?? 600;
  return Plot.plot({
    ...common,
    height: groups.length * 44 + 34,
    marginLeft: Math.min(0.36 * wide, 240),
    marginTop: 30,
    x: { axis: "top", label: null, padding: 0.04, tickSize: 0, domain: distinct(rows.map((r) => r.x)) as string[] },
    y: { label: null, padding: 0.08, tickSize: 0, domain: groups, tickFormat: (g: string) => (wide < 560 ? `${g.slice(0, 18)}${g.length > 18 ? "…" : ""}` : short(g)) },
    marks: [
      Plot.cell(rows, { x: "x", y: "group", fill: (d) => FIELDS[d.series] ?? "var(--soft)" }),
      Plot.text(rows, { x: "x", y: "group", text: (d) => (wide < 560 ? String(d.word).split("\n")[0] : d.word), fill: "var(--ink)", lineHeight: 1.2 }),
    ],
  });
}

export function said(value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  const size = Math.abs(value);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 100 ? 0 : size >= 1 ? 1 : 2 });
}
