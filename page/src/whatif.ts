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

export interface Answer {
  layer: Layer;
  share_percent: number | null;
  exposure: { base: string; share_percent: number; slack_s: number | null }[];
  took_ms: number;
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

/** The map and the exposure with other numbers. */
export async function ask(question: Question, signal: AbortSignal): Promise<Answer> {
  const post = async (path: string, body: object) =>
    said(
      await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal }),
    );
  const { phase, settings } = question;
  const [area, exposure] = await Promise.all([post("api/defended-area", question), post("api/exposure", { phase, settings })]);
  return {
    layer: layerOf(area.arrays),
    share_percent: area.share_percent,
    exposure: exposure.bases,
    took_ms: area.took_ms + exposure.took_ms,
  };
}

export const words = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function said(answer: Response) {
  if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Error(`no engine answers here (${answer.status})`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(typeof body.detail === "string" ? body.detail : `refused (${answer.status})`);
  return body;
}

function layerOf(arrays: Record<string, string>): Layer {
  const whole = new Set(["shots", "reason", "site"]);
  const decoded = Object.entries(arrays).map(([name, text]) => {
    const bytes = fromBase64(text);
    return [name, whole.has(name) ? bytes : new Int16Array(bytes.buffer)];
  });
  return Object.fromEntries(decoded) as unknown as Layer;
}
