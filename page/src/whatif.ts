// The engine's answers over HTTP, when the page is served by it.

import { fromBase64, type Layer } from "./data";

export interface Parameter {
  key: string;
  label: string;
  unit: string;
  value: number;
  low: number;
  high: number;
  step: number;
  site?: string | null;
  axis?: "lat" | "lon" | null;
}

export interface Offer {
  parameters: Parameter[] | null;
  why: string;
}

export interface AreaAnswer {
  layer: Layer;
  share_percent: number | null;
  took_ms: number;
}

export interface BaseAnswer {
  base: string;
  share_percent: number;
  slack_s: number | null;
}

export interface Question {
  phase: string;
  mode: string;
  threat: string;
  settings: Record<string, number>;
}

/** What may be changed, or why nothing can. */
export async function offer(phase: string): Promise<Offer> {
  if (!location.protocol.startsWith("http")) return { parameters: null, why: "" };
  try {
    return { parameters: await said(await fetch(`api/parameters?phase=${encodeURIComponent(phase)}`)), why: "" };
  } catch (error) {
    return { parameters: null, why: words(error) };
  }
}

/** The map with other numbers. */
export async function askArea(question: Question, signal: AbortSignal): Promise<AreaAnswer> {
  const area = await post("api/defended-area", question, signal);
  return { layer: layerOf(area.arrays), share_percent: area.share_percent, took_ms: area.took_ms };
}

/** The exposure of every base with other numbers. */
export async function askExposure({ phase, settings }: Question, signal: AbortSignal): Promise<BaseAnswer[]> {
  return (await post("api/exposure", { phase, settings }, signal)).bases;
}

async function post(path: string, body: object, signal: AbortSignal) {
  const headers = { "content-type": "application/json" };
  return said(await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal }));
}

export const words = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function said(answer: Response) {
  if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Error(`no engine answers here (${answer.status})`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(typeof body.detail === "string" ? body.detail : `refused (${answer.status})`);
  return body;
}

function layerOf(arrays: Record<string, string>): Layer {
  const whole = new Set(["shots", "reason", "site", "slack_site"]);
  const decoded = Object.entries(arrays).map(([name, text]) => {
    const bytes = fromBase64(text);
    return [name, whole.has(name) ? bytes : new Int16Array(bytes.buffer)];
  });
  return Object.fromEntries(decoded) as unknown as Layer;
}
