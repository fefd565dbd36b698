// The kernel's tables for one command, with a question's numbers written into the slots that Python found for them.

import type { Raid } from "./kills";
import type { Limit } from "./limits";
import type { Module, Values } from "./module";

/** What a question changes: numbers, and words of alternatives. */
export type Settings = Record<string, number | string>;

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

/** A word that may be changed, such as a rule or the launch policy of a site. */
export interface Alternative {
  key: string;
  label: string;
  value: string;
  options: Record<string, string>; // words for people
  site: string;
}

type Slot = { at: number } & (
  | { sum: [key: string, factor: number][] }
  | { product: [key: string, power: number][] }
  | { site: string; height_m: number; frame: boolean }
  | { reach: string }
  | { word: string; values: Record<string, number | null> } // null is infinity
);

export interface Table {
  at: number;
  bytes: number;
  item: number;
  shape: number[];
  slots: Slot[];
}

/** A battery: its site, and its case under each option of an alternative; one that is not chosen has one case. */
interface Battery {
  site: number;
  key: string;
  cases: Record<string, number>;
}

export interface Command {
  name: string;
  batteries: Battery[];
  wanted: number; // shots
  world: Record<string, number>; // table by the name of its argument
}

export interface Phase {
  id: string;
  parameters: Parameter[];
  alternatives: Alternative[];
  limits: Limit[];
  kills: string[]; // where the kill probabilities stand
  raids: Raid[];
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

/** A command's tables by the names of the kernel's arguments, and the site behind each case. */
export interface World {
  tables: Record<string, { bytes: Uint8Array; shape: number[] }>;
  sites: number[];
}

/** A command's tables with the settings in their places, and of its cases those that are chosen. */
export function worldOf(
  command: Command, tables: Table[], block: Uint8Array, phase: Phase, settings: Settings, numbers: Numbers,
): World {
  const world: World["tables"] = {};
  for (const [name, n] of Object.entries(command.world)) {
    const table = tables[n];
    const bytes = block.slice(table.at, table.at + table.bytes);
    const view = new DataView(bytes.buffer);
    for (const slot of table.slots) write(view, slot, phase, settings, numbers);
    world[name] = { bytes, shape: table.shape };
  }
  return chosen(command, world, phase, settings);
}

/** Keep the cases that a command's batteries have under the chosen policies, in their order: those of one picture stand together. */
function chosen(command: Command, world: World["tables"], phase: Phase, settings: Settings): World {
  const word = (key: string) => settings[key] ?? phase.alternatives.find((c) => c.key === key)?.value;
  const members = command.batteries.map(({ key, cases }) => cases[word(key) ?? ""] ?? Object.values(cases)[0]);
  const kept = [...new Set(members)].sort((a, b) => a - b);
  const rows = world["world.cases.row"], item = rows.bytes.length / Math.max(rows.shape[0], 1);
  const first = wholes(world["world.cases.guide_first"].bytes), guides = wholes(world["world.cases.guide_sensor"].bytes);
  const own = kept.map((c) => guides.slice(first[c], first[c + 1]));
  const starts = own.reduce<number[]>((sum, list) => [...sum, sum[sum.length - 1] + list.length], [0]);
  const bytes = new Uint8Array(kept.length * item);
  kept.forEach((c, i) => bytes.set(rows.bytes.subarray(c * item, (c + 1) * item), i * item));
  const sites: number[] = [];
  command.batteries.forEach(({ site }, b) => (sites[kept.indexOf(members[b])] ??= site));
  return {
    tables: {
      ...world,
      "world.cases.row": { bytes, shape: [kept.length] },
      "world.cases.guide_first": listed(starts),
      "world.cases.guide_sensor": listed(own.flat()),
      "world.commands.first": listed([0, members.length]),
      "world.commands.case": listed(members.map((c) => kept.indexOf(c))),
      "world.commands.wanted": listed([command.wanted]),
    },
    sites,
  };
}

const wholes = (bytes: Uint8Array) => Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8), Number);
const listed = (values: number[]) => ({ bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer), shape: [values.length] });

/** Put a world's tables into the engine's memory. */
export function putWorld(module: Module, world: World): Values {
  return Object.fromEntries(Object.entries(world.tables).map(([name, { bytes, shape }]) => [name, module.put(bytes, shape)]));
}

function write(view: DataView, slot: Slot, phase: Phase, settings: Settings, numbers: Numbers): void {
  const own = (key: string) => phase.parameters.find((p) => p.key === key)!;
  const now = (key: string) => Number(settings[key] ?? own(key).value);
  const set = (value: number) => view.setFloat64(slot.at, value, true);
  if ("sum" in slot) {
    const moved = slot.sum.filter(([key]) => key in settings);
    if (moved.length) set(moved.reduce((sum, [key, factor]) => sum + factor * (now(key) - own(key).value), view.getFloat64(slot.at, true)));
  } else if ("product" in slot) {
    const moved = slot.product.filter(([key]) => key in settings);
    if (moved.length)
      set(moved.reduce((product, [key, power]) => product * (now(key) / own(key).value) ** power, view.getFloat64(slot.at, true)));
  } else if ("site" in slot) {
    const [lat, lon] = (["lat", "lon"] as const).map((axis) => `site.${slot.site}.${axis}_deg`);
    if (!(lat in settings) && !(lon in settings)) return;
    const [a, b] = [lat, lon].map((key) => (now(key) * Math.PI) / 180);
    placed(a, b, slot.height_m, slot.frame, numbers).forEach((value, i) => view.setFloat64(slot.at + 8 * i, value, true));
  } else if ("word" in slot) {
    if (slot.word in settings) set(slot.values[settings[slot.word]] ?? Infinity);
  } else if (slot.reach in settings) {
    const { low, step } = own(slot.reach), steps = phase.reach[slot.reach];
    // a bound: that of the next faster step holds for every speed between
    set(steps[Math.min(steps.length - 1, Math.ceil((now(slot.reach) - low) / step - 1e-9))]);
  }
}
