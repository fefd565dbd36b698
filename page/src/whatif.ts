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
  site?: string;
  axis?: "lat" | "lon";
}

export interface Answer {
  layer: Layer | null;
  share_percent: number | null;
  exposure: { base: string; share_percent: number; slack_s: number | null }[];
  took_ms: number;
}

export async function parameters(phase: string): Promise<Parameter[] | null> {
  if (!location.protocol.startsWith("http")) return null;
  try {
    const answer = await fetch(`api/parameters?phase=${encodeURIComponent(phase)}`);
    return answer.ok && answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : null;
  } catch {
    return null;
  }
}

export async function ask(
  question: { phase: string; mode: string; threat: string; settings: Record<string, number> },
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await fetch("api/what-if", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
    signal,
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(typeof body.detail === "string" ? body.detail : `refused (${answer.status})`);
  const bytes = (name: string) => fromBase64(body.area[name]);
  const layer = body.area && {
    shots: bytes("shots"),
    reason: bytes("reason"),
    site: bytes("site"),
    slack: new Int16Array(bytes("slack").buffer),
  };
  return { ...body, layer };
}
