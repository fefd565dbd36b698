// What the report file carries for the page, and how its packed arrays become typed arrays. A layer that a run
// lacks is absent here and absent on the page.

export interface Ref {
  at: number;
  n: number;
  as: "u1" | "i2" | "u2" | "u4" | "f4" | "f8";
}

export interface Named {
  id: string;
  name: string;
  date?: string;
}

export interface Grid {
  west: number;
  south: number;
  step: number;
  nx: number;
  ny: number;
}

export interface Layer {
  shots: Uint8Array;
  reason: Uint8Array;
  site: Uint8Array; // shoots first
  slack_site: Uint8Array; // has the time to spare that is shown
  slack: Int16Array;
  [time: string]: Uint8Array | Int16Array;
}

export interface Place {
  id: string;
  kind: "site" | "radar" | "launch_area" | "base";
  name: string;
  label: string;
  party: string;
  lat: number;
  lon: number;
  phases: number[];
  interceptor?: string;
  count?: number;
  sector?: { from: number; to: number; range_km: number };
}

export interface Exposure {
  bases: string[];
  most: number[]; // by phase: index of the base most exposed
  speeds: [number, number]; // km/s that were tried
  fastest: (number | null)[]; // by phase, km/s
  said: string[]; // short name of each base
  share: number[][][]; // phase, base, [low, nominal, high] in percent
  in_mode: ({ percent: number; where: string } | null)[][]; // phase, mode: the most that the mode's sensors give, and with what
  slack: (number | null)[][]; // phase, base: largest nominal time to spare in s
}

export interface Flown {
  lat: Float32Array;
  lon: Float32Array;
  alt_km: Float32Array;
}

/** The engagement of the first scene; times in s after the missile's launch. */
export interface Shot {
  missile: Flown;
  interceptor: Flown;
  from: number; // sample of the missile at which the interceptor's first one lies
  step_s: number;
  burnout_s: number;
  track_s: number;
  launch_s: number;
  meet_s: number;
  slack_s: number;
  phase: string;
  mode: string;
  threat: string;
  site: string;
  sensors: { id: string; name: string; seen: [number, number][] }[];
}

export interface Track extends Flown {
  id: string;
  label: string;
  kind: "regional" | "strategic";
  threat?: string;
  base?: string;
  step_s: number;
  engageable?: number[]; // per phase: 1 when at least one site could engage it, nominal assumptions
  meet_s?: (number | null)[][]; // per phase and mode: time of the first intercept
  flip_km_s?: (number | null)[]; // per phase: interceptor speed from which it could be engaged
  interceptor?: Flown & { times_s: number[] }; // of the engagement that breaks a clause
}

export interface Zone {
  name: string;
  party: string;
  ring?: [number, number][];
  lat?: number;
  lon?: number;
  sector?: { from: number; to: number; range_km: number };
}

export interface Shapes {
  coordinates: Int16Array; // hundredths of a degree: lon, lat, lon, lat ...
  lengths: Uint16Array; // points per ring or line
}

export interface Reason {
  code: number;
  label: string;
  sentence: string;
  colour: string;
}

export interface Data {
  axes: { phase: Named[]; mode: Named[]; threat: Named[] };
  grid?: Grid;
  layers: Record<string, Layer>;
  reasons: Reason[];
  shotColours: string[];
  sites: string[];
  places: Place[];
  exposure?: Exposure;
  shares?: { party: string; people: (number | null)[][][] }; // percent by phase, mode, threat
  shot?: Shot;
  promise?: { name: string; verdicts: string[] };
  tracks: Track[];
  zones: Zone[];
  window?: [number, number, number, number];
  world: { land: Shapes; coasts: Shapes; borders: Shapes };
  countries?: [name: string, lon: number, lat: number, room_deg: number][]; // largest first
  cities?: [name: string, lon: number, lat: number][]; // those to name first stand first
  region?: { land: Shapes; coasts: Shapes; borders: Shapes };
}

const VIEWS = { u1: Uint8Array, i2: Int16Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array } as const;
export const NONE = -32768;

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function isRef(value: unknown): value is Ref {
  return typeof value === "object" && value !== null && "at" in value && "as" in value;
}

export function unpacked(value: unknown, buffer: ArrayBuffer): unknown {
  if (isRef(value)) return new VIEWS[value.as](buffer, value.at, value.n);
  if (Array.isArray(value)) return value.map((v) => unpacked(v, buffer));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, unpacked(v, buffer)]));
  return value;
}

/** Return the data of the page, every packed array in place. */
export async function load(element: HTMLElement): Promise<Data> {
  const { packed, ...rest } = JSON.parse(element.textContent ?? "{}");
  const given = unpacked(rest, await inflated(fromBase64(packed))) as Partial<Data>;
  return { layers: {}, places: [], sites: [], tracks: [], zones: [], ...given } as Data;
}
