// What a chart of the report is made of: its rows, and how series are told apart and numbers are said.

import type { Ground } from "./chart-map";

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
  kind?: string;
}

export interface Chart {
  mark: "bars" | "ranges" | "lines" | "points" | "spans" | "cells" | "verdicts" | "map" | "claims";
  rows: Row[];
  x: string;
  y: string;
  rules: [number, string][];
  falling: boolean;
  logarithmic: boolean;
  ground: Ground | null;
}

/** Dark to light, apart for every kind of colour vision; lines also differ in their dashes. */
const HUES = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)", "var(--chart-6)", "var(--chart-7)"];
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 3"];

export const distinct = <T>(values: T[]): T[] => [...new Set(values)];
export const hue = (index: number): string => HUES[index % HUES.length];
export const dash = (index: number): string => DASHES[index % DASHES.length];

export function said(value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  const size = Math.abs(value);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 100 ? 0 : size >= 1 ? 1 : 2 });
}
