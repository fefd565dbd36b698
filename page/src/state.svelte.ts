// What a person has chosen, and its form as a link.

import type { Data, Layer, Place } from "./data";
import { fitZoom, flatScale, globeAround, offPoles, wrap } from "./geo";
import { numberOf, type Alternative, type Parameter, type Settings } from "./whatif";

export const LAYERS = {
  cells: "Defended area",
  reasons: "Cells and reasons",
  places: "Sites and radars",
  fans: "Sensor fans",
  tracks: "Trajectories",
  meetings: "Engagement points",
  corridors: "Exposure corridors",
  zones: "Sectors",
} as const;
export type LayerName = keyof typeof LAYERS;
export type Axis = "phase" | "mode" | "threat";
export type Choice = Record<Axis, number>;
/** What the steps of the story show, by the order of the story; the texts stand in the report. */
export type SceneName = "shot" | "phases" | "other" | "together" | "promise";
export type Selection = { cell: [number, number] } | { place: string } | null;

export interface Camera {
  kind: "globe" | "flat";
  lon: number;
  lat: number;
  zoom: number;
}

export class View {
  a: Choice = $state({ phase: 0, mode: 0, threat: 0 });
  b: Choice = $state({ phase: 0, mode: 0, threat: 0 });
  compare = $state(false);
  camera: Camera = $state({ kind: "flat", lon: 0, lat: 0, zoom: 1 });
  shown: Record<LayerName, boolean> = $state({
    cells: true, reasons: false, places: true, fans: false, tracks: false, meetings: false, corridors: false, zones: false,
  });
  time_s = $state(0);
  scene: SceneName | "" = $state("");
  /** Show what the second choice defends and the first does not, and the other way. */
  difference = $state(false);
  /** Colour strategic paths by whether interceptors of this speed could engage them, rather than those in place. */
  speed_km_s: number | null = $state(null);
  selection: Selection = $state(null);
  replaced: Layer | null = $state.raw(null);
  replacedShare: number | null | undefined = $state();
  moved: Record<string, { lat: number; lon: number }> = $state({});
  /** What a what-if changes, by key; the link carries it. */
  tried: Settings = $state({});
  /** What may be changed, as the engine says where one answers. */
  offered: Parameter[] = $state.raw([]);
  alternatives: Alternative[] = $state.raw([]);
  /** Where the map is at first, on the flat map and on the globe; which of them comes first, the window decides. */
  private homes: Record<Camera["kind"], Camera>;
  private own = "";
  private fitted = false;
  private linked = false;
  private readonly first: Camera["kind"];

  constructor(readonly data: Data) {
    this.homes = homesOf(data);
    this.first = !data.window || tooWide(data.window) ? "globe" : "flat";
    this.camera = { ...this.home };
    for (const choice of [this.a, this.b]) {
      choice.phase = data.axes.phase.length - 1;
      choice.threat = data.axes.threat.length - 1;
    }
    this.b.mode = data.axes.mode.length - 1;
    if (!data.grid) this.shown.cells = false;
    if (!data.grid && data.tracks.length) this.shown.tracks = true;
  }

  /** Where the map is at first. */
  get home(): Camera {
    return this.homes[this.first];
  }

  /** Choose the zoom at which the cells fill a map of this size; a link's own view is kept. */
  fit(width: number, height: number): void {
    if (this.fitted) return;
    this.fitted = true;
    const g = this.data.grid;
    const w = g && ([g.west, g.west + g.nx * g.step, g.south, g.south + g.ny * g.step] as [number, number, number, number]);
    if (!w) return;
    const { flat } = this.homes;
    flat.zoom = clamp(fitZoom(w, width, height) * 1.12, MIN_ZOOM, MAX_ZOOM);
    flat.lat = offPoles(flat.lat, height, flatScale(width, height, flat.zoom));
    if (!this.linked) this.camera = { ...this.home };
  }

  /** Change the projection: the globe whole, the flat map at its home. */
  show(kind: Camera["kind"]): void {
    const { lon, lat } = this.camera;
    this.camera = kind === "globe" ? { kind, lon, lat: clamp(lat, -60, 60), zoom: 1.1 } : { ...this.homes.flat };
  }

  /** Go back to where the map was at first. */
  goHome(): void {
    this.camera = { ...this.homes[this.camera.kind] };
  }

  /** The layers that this result can show at all. */
  get available(): LayerName[] {
    const d = this.data;
    const has: Record<LayerName, boolean> = {
      cells: d.grid !== undefined,
      reasons: d.grid !== undefined,
      places: d.places.length > 0,
      fans: d.places.some((p) => p.sector !== undefined),
      tracks: d.tracks.length > 0,
      meetings: d.tracks.some((t) => t.meet_s?.some((row) => row.some((v) => v !== null))),
      corridors: d.tracks.some((t) => t.kind === "strategic"),
      zones: d.zones.length > 0,
    };
    return (Object.keys(LAYERS) as LayerName[]).filter((name) => has[name]);
  }

  layer(choice: Choice): Layer | undefined {
    if (this.replaced && choice === this.a) return this.replaced;
    return this.data.layers[`${choice.phase}.${choice.mode}.${choice.threat}`];
  }

  /** Make room for a scene: what a person had chosen is kept, and the map is as on the first screen. */
  enter(scene: SceneName): void {
    if (!this.scene) this.own = `#${this.link()}`;
    Object.assign(this, { compare: false, difference: false, speed_km_s: null, time_s: 0, selection: null });
    const last = { phase: this.data.axes.phase.length - 1, threat: Math.max(this.data.axes.threat.length - 1, 0) };
    Object.assign(this.a, last, { mode: 0 });
    Object.assign(this.b, last, { mode: Math.max(this.data.axes.mode.length - 1, 0) });
    this.camera = { ...this.home };
    this.show_only("cells", "places");
    this.scene = scene;
  }

  /** Leave the scenes and bring back what a person had chosen before. */
  resume(): void {
    if (!this.scene) return;
    this.scene = "";
    Object.assign(this, { difference: false, speed_km_s: null, selection: null });
    this.restore(this.own);
  }

  show_only(...names: LayerName[]): void {
    for (const name of Object.keys(this.shown) as LayerName[]) this.shown[name] = names.includes(name) && this.available.includes(name);
  }

  /** Places that act in the phase, where a what-if may have moved them. */
  placesOf(choice: Choice): Place[] {
    return this.data.places
      .filter((p) => p.phases.includes(choice.phase))
      .map((p) => (this.moved[p.id] ? { ...p, ...this.moved[p.id] } : p));
  }

  /** What a what-if changes, in words. */
  triedWords(): string {
    return Object.entries(this.tried)
      .map(([key, value]) => {
        const p = this.offered.find((o) => o.key === key), other = this.alternatives.find((o) => o.key === key);
        if (other) return `${other.label}: ${other.options[value] ?? value}`;
        return p ? `${p.label} ${numberOf(p, Number(value))}` : `${key} = ${value}`;
      })
      .join(", ");
  }

  /** Whether a what-if may move a place. */
  movable(id: string): boolean {
    return this.offered.some((p) => p.site === id);
  }

  /** Move a site as far as the what-if allows. */
  move(id: string, [lon, lat]: [number, number]): void {
    for (const p of this.offered) {
      if (p.site !== id || !p.axis) continue;
      const near = p.axis === "lat" ? lat : p.value + wrap(lon - p.value);
      this.tried[p.key] = clamp(p.low + p.step * Math.round((near - p.low) / p.step), p.low, p.high);
    }
  }

  /** A name for files of this view. */
  stem(): string {
    const { axes } = this.data;
    const parts = (["phase", "mode", "threat"] as Axis[]).map((axis) => axes[axis][this.a[axis]]?.id ?? "");
    return ["map", ...parts, ...(this.replaced ? ["what-if"] : [])].filter(Boolean).join("-").replace(/[^\w-]+/g, "-");
  }

  /** The view as the part of an address after "#". */
  link(): string {
    const d = this.data;
    const q = new URLSearchParams();
    const put = (prefix: string, choice: Choice) => {
      for (const axis of ["phase", "mode", "threat"] as Axis[])
        if (d.axes[axis].length) q.set(prefix + axis, d.axes[axis][choice[axis]].id);
    };
    put("", this.a);
    if (this.compare) put("b.", this.b);
    const c = this.camera;
    q.set("map", c.kind);
    q.set("at", [c.lat.toFixed(2), c.lon.toFixed(2), c.zoom.toFixed(2)].join(","));
    q.set("layers", this.available.filter((name) => this.shown[name]).join(","));
    if (this.time_s) q.set("t", this.time_s.toFixed(0));
    if (this.scene) q.set("scene", this.scene);
    if (this.difference) q.set("difference", "1");
    if (this.speed_km_s !== null) q.set("speed", this.speed_km_s.toFixed(2));
    for (const [key, value] of Object.entries(this.tried)) q.append("try", `${key}=${value}`);
    if (this.selection) {
      if ("cell" in this.selection) q.set("cell", this.selection.cell.join(","));
      else q.set("place", this.selection.place);
    }
    return `view:${q}`;
  }

  /** Take over what a link says; whatever it names that is not there is left as it was. */
  restore(hash: string): boolean {
    if (!hash.startsWith("#view:")) return false;
    const q = new URLSearchParams(hash.slice("#view:".length));
    if (!this.own) this.linked = q.has("at");
    const take = (prefix: string, choice: Choice) => {
      for (const axis of ["phase", "mode", "threat"] as Axis[]) {
        const index = this.data.axes[axis].findIndex((n) => n.id === q.get(prefix + axis));
        if (index >= 0) choice[axis] = index;
      }
    };
    take("", this.a);
    this.compare = q.has("b.phase");
    if (this.compare) take("b.", this.b);
    const [lat, lon, zoom] = (q.get("at") ?? "").split(",").map(Number);
    if ([lat, lon, zoom].every(Number.isFinite))
      this.camera = {
        kind: q.get("map") === "globe" ? "globe" : "flat",
        lat: clamp(lat, -90, 90), lon: wrap(lon), zoom: clamp(zoom, MIN_ZOOM, MAX_ZOOM),
      };
    if (q.has("layers")) {
      const on = q.get("layers")!.split(",");
      for (const name of this.available) this.shown[name] = on.includes(name);
    }
    this.time_s = Number(q.get("t") ?? 0) || 0;
    this.difference = q.has("difference") && Boolean(this.data.grid);
    this.speed_km_s = Number(q.get("speed")) || null;
    this.tried = Object.fromEntries(
      q.getAll("try").map((pair) => [pair.slice(0, pair.lastIndexOf("=")), pair.slice(pair.lastIndexOf("=") + 1)] as const)
        .filter(([key, said]) => key && said).map(([key, said]) => [key, Number.isFinite(Number(said)) ? Number(said) : said]),
    );
    const scene = q.get("scene") as SceneName;
    this.scene = document.getElementById(`scene-${scene}`) ? scene : "";
    const cell = (q.get("cell") ?? "").split(",").map(Number);
    const g = this.data.grid;
    if (g && cell.length === 2 && cell.every(Number.isInteger) && cell[0] >= 0 && cell[0] < g.ny && cell[1] >= 0 && cell[1] < g.nx)
      this.selection = { cell: [cell[0], cell[1]] };
    else if (this.data.places.some((p) => p.id === q.get("place"))) this.selection = { place: q.get("place")! };
    return true;
  }
}

export const MIN_ZOOM = 0.8;
export const MAX_ZOOM = 40;
export const clamp = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

/** Whether a window (west, east, south, north) is one of the globe rather than of a flat map: a wide one, or one that comes near a pole. */
const tooWide = ([west, east, south, north]: [number, number, number, number]) => east - west > 140 || north > 86 || south < -86;

function homesOf(data: Data): Record<Camera["kind"], Camera> {
  const w = data.window;
  if (!w) return { flat: { kind: "flat", lon: 0, lat: 0, zoom: 1 }, globe: { ...globeAround(data.places), zoom: 1 } };
  const [west, east, south, north] = w;
  const lon = (west + east) / 2, lat = (south + north) / 2;
  const edge = Array.from({ length: 9 }, (_, i) => west + ((east - west) * i) / 8).flatMap((at) => [south, north].map((to) => ({ lon: at, lat: to })));
  return {
    flat: { kind: "flat", lon, lat: lat + 1, zoom: 4 },
    globe: tooWide(w) ? globeAround(edge) : { kind: "globe", lon, lat: clamp(lat, -60, 60), zoom: 1.1 },
  };
}
