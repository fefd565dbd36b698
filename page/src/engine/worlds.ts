// The kernel's tables for one command, with a question's numbers written into the slots that Python found for them.

import type { Limit } from "./limits";
import type { Module, Values } from "./module";

export type Settings = Record<string, number>;

export interface Parameter {
  key: string;
  label: string;
  unit: string;
  value: number;
  low: number;
  high: number;
  step: number;
  site: string;
  axis: "" | "lat" | "lon";
}

type Slot = { at: number } & (
  | { sum: [key: string, factor: number][] }
  | { product: [key: string, power: number][] }
  | { site: string; height_m: number; frame: boolean }
  | { reach: string }
);

export interface Table {
  at: number;
  bytes: number;
  item: number;
  shape: number[];
  slots: Slot[];
}

export interface Command {
  name: string;
  sites: number[]; // by case
  world: Record<string, number>; // table by the name of its argument
}

export interface Phase {
  id: string;
  parameters: Parameter[];
  limits: Limit[];
  commands: Record<string, Record<string, number[]>>; // class of missile, mode
  reach: Record<string, number[]>; // rad, by the steps of a speed
}

/** The kernel's plain numbers by name; those of the Earth among them. */
export type Numbers = Record<string, number>;

/** The ECEF position of a place, in m, and with `frame` its unit vectors east, north and up. */
export function placed(lat: number, lon: number, height_m: number, frame: boolean, numbers: Numbers): number[] {
  const radius_m = numbers["world.earth.equatorial_radius_m"], flattening = numbers["world.earth.flattening"];
  const e2 = flattening * (2 - flattening);
  const sl = Math.sin(lat), cl = Math.cos(lat), so = Math.sin(lon), co = Math.cos(lon);
  const normal = radius_m / Math.sqrt(1 - e2 * sl * sl);
  const ring = (normal + height_m) * cl;
  const position = [ring * co, ring * so, (normal * (1 - e2) + height_m) * sl];
  return frame ? [...position, -so, co, 0, -sl * co, -sl * so, cl, cl * co, cl * so, sl] : position;
}

/** A command's tables by the names of the kernel's arguments. */
export type World = Record<string, { bytes: Uint8Array; shape: number[] }>;

/** A command's tables with the settings in their places. */
export function worldOf(
  command: Command, tables: Table[], block: Uint8Array, phase: Phase, settings: Settings, numbers: Numbers,
): World {
  const world: World = {};
  for (const [name, n] of Object.entries(command.world)) {
    const table = tables[n];
    const bytes = block.slice(table.at, table.at + table.bytes);
    const view = new DataView(bytes.buffer);
    for (const slot of table.slots) write(view, slot, phase, settings, numbers);
    world[name] = { bytes, shape: table.shape };
  }
  return world;
}

/** Put a world's tables into the engine's memory. */
export function putWorld(module: Module, world: World): Values {
  return Object.fromEntries(Object.entries(world).map(([name, { bytes, shape }]) => [name, module.put(bytes, shape)]));
}

function write(view: DataView, slot: Slot, phase: Phase, settings: Settings, numbers: Numbers): void {
  const own = (key: string) => phase.parameters.find((p) => p.key === key)!;
  const set = (value: number) => view.setFloat64(slot.at, value, true);
  if ("sum" in slot) {
    const moved = slot.sum.filter(([key]) => key in settings);
    if (moved.length) set(moved.reduce((sum, [key, factor]) => sum + factor * (settings[key] - own(key).value), view.getFloat64(slot.at, true)));
  } else if ("product" in slot) {
    const moved = slot.product.filter(([key]) => key in settings);
    if (moved.length)
      set(moved.reduce((product, [key, power]) => product * (settings[key] / own(key).value) ** power, view.getFloat64(slot.at, true)));
  } else if ("site" in slot) {
    const [lat, lon] = (["lat", "lon"] as const).map((axis) => `site.${slot.site}.${axis}_deg`);
    if (!(lat in settings) && !(lon in settings)) return;
    const [a, b] = [lat, lon].map((key) => ((settings[key] ?? own(key).value) * Math.PI) / 180);
    placed(a, b, slot.height_m, slot.frame, numbers).forEach((value, i) => view.setFloat64(slot.at + 8 * i, value, true));
  } else if (slot.reach in settings) {
    const { low, step } = own(slot.reach), steps = phase.reach[slot.reach];
    // a bound: that of the next faster step holds for every speed between
    set(steps[Math.min(steps.length - 1, Math.ceil((settings[slot.reach] - low) / step - 1e-9))]);
  }
}
