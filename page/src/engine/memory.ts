// What the kernel remembers of some paths through one command's world, src/equipoise/physics/engagement/memory.py:
// which of it no longer holds when the world changes is said here.

import type { Module, Placed, Values } from "./module";
import type { World } from "./worlds";

/** Bytes that memories take in all; paths that find no room are worked out anew at every question. */
const MOST_BYTES = 384 * 2 ** 20;
/** What one call of the kernel takes at most beside them. */
const SCRATCH_BYTES = 32 * 2 ** 20;
const UNKNOWN = -1; // in both halves of a whole number
/** Tables whose rows are sensors or shooters, and what the kernel counts of each row. */
const COUNTED: Record<string, string> = {
  "world.sensors.row": "memory.spell_count",
  "world.sensors.place": "memory.spell_count",
  "world.sensors.boxes_rad": "memory.spell_count",
  "world.shooters.kind": "memory.segment_count",
  "world.shooters.place": "memory.segment_count",
};
/** What shooters change shows in their stretches; whatever else changes is judged anew for every path. */
const SEEN_IN_STRETCHES = ["world.shooters.kind", "world.shooters.place"];

/** What is known of so many paths through one world; the outcomes of the first `done` were given. */
export interface Memory {
  values: Values | null; // null where there is no room
  paths: number;
  world: World | null;
  done: number;
}

export class Memories {
  private readonly start: number;
  private used = 0;

  constructor(private readonly module: Module) {
    this.start = module.mark();
  }

  /** Give everything back. */
  clear(): void {
    this.module.back(this.start);
    this.used = 0;
  }

  /** Whether so many bytes more are left; the browser is asked for them in one piece, because each piece makes it collect garbage. */
  has(bytes: number): boolean {
    return this.used + bytes <= MOST_BYTES && this.module.grown(bytes + SCRATCH_BYTES);
  }

  /** Bytes that so many paths take: their samples, and what is seen of them in each world. */
  bytes(paths: number, worlds: Shaped[]): number {
    return worlds.reduce((sum, world) => sum + size(this.module, seen(this.module, world, paths)), size(this.module, samples(this.module, paths)));
  }

  /** Room for the samples of so many paths, none of them sampled; null where there is none. */
  samples(paths: number): Values | null {
    return this.take(samples(this.module, paths));
  }

  /** A memory of so many paths with these samples; without values where there is no room. */
  of(sampled: Values | null, world: World, paths: number): Memory {
    const values = sampled && this.take(seen(this.module, world.tables, paths));
    return { values: values && { ...values, ...sampled }, paths, world: null, done: 0 };
  }

  /** Arrays for one call, to be given back after it. */
  passing(world: World, paths: number): Values {
    return put(this.module, { ...samples(this.module, paths), ...seen(this.module, world.tables, paths) });
  }

  private take(shapes: Shapes): Values | null {
    const bytes = size(this.module, shapes);
    if (!this.has(bytes)) return null;
    this.used += bytes;
    return put(this.module, shapes);
  }
}

type Shaped = Record<string, { shape: number[] }>;
type Shapes = Record<string, number[]>;

function samples({ room }: Module, paths: number): Shapes {
  return {
    "memory.time_s": [paths, room.samples],
    "memory.position_ecef_m": [paths, room.samples, 3],
    "memory.velocity_ecef_m_s": [paths, room.samples, 3],
    "memory.height_m": [paths, room.samples],
    "memory.burnout_state": [paths, 6],
    "memory.filled": [paths],
    "memory.burnout": [paths],
  };
}

function seen({ room }: Module, world: Shaped, paths: number): Shapes {
  const rows = (table: string) => world[table].shape[0];
  const sensors = rows("world.sensors.row"), regions = rows("world.regions.vertex_count"), shooters = rows("world.shooters.kind");
  return {
    "memory.spells": [paths, sensors, room.spells, 2],
    "memory.spell_count": [paths, sensors],
    "memory.over": [paths, regions, room.spells, 2],
    "memory.over_count": [paths, regions],
    "memory.segment": [paths, shooters, room.stretches],
    "memory.segment_count": [paths, shooters],
    "memory.why": [paths, shooters],
    "memory.changed": [paths],
    out: [paths, 1],
  };
}

const product = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const size = (module: Module, shapes: Shapes) =>
  Object.entries(shapes).reduce((sum, [name, shape]) => sum + product(shape) * module.item(name), 0);

/** Put arrays into memory, whole numbers as what is not known. */
function put(module: Module, shapes: Shapes): Values {
  const values: Values = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const placed = (values[name] = module.place(product(shape) * module.item(name), shape));
    if (module.whole(name)) module.halves(placed).fill(UNKNOWN);
  }
  return values;
}

/** Take another world over; what of the memory it makes untrue is forgotten. */
export function change(module: Module, memory: Memory, world: World): void {
  const before = memory.world;
  memory.world = world;
  for (const name of before && before !== world ? Object.keys(world.tables) : []) {
    const { shape, bytes } = world.tables[name], rows = different(before!.tables[name].bytes, bytes, shape[0]);
    if (!rows.length) continue;
    memory.done = 0;
    if (memory.values) forget(module, memory.values, name, rows);
  }
}

/** Forget what rows of a table bear on. */
function forget(module: Module, values: Values, name: string, rows: number[]): void {
  const counts = (of: string) => module.halves(values[of] as Placed);
  const kinds = (of: string) => (values[of] as Placed).shape[1];
  if (name in COUNTED) for (const row of rows) forgetRow(counts(COUNTED[name]), row, kinds(COUNTED[name]));
  if (name.startsWith("world.regions."))
    for (let row = 0; row < kinds("memory.over_count"); row++) forgetRow(counts("memory.over_count"), row, kinds("memory.over_count"));
  if (!SEEN_IN_STRETCHES.includes(name)) counts("memory.changed").fill(UNKNOWN); // all that is not zero
}

/** Turn the counts of a row, of so many, into what the kernel takes for counts that no longer hold; they lie path by path. */
function forgetRow(halves: Int32Array, row: number, rows: number): void {
  for (let i = 2 * row; i < halves.length; i += 2 * rows) {
    if (halves[i] < 0) continue;
    halves[i] = -2 - halves[i];
    halves[i + 1] = -1;
  }
}

/** The rows of a table, so many in all, in which it differs from another: all where that is of another length. */
function different(a: Uint8Array, b: Uint8Array, rows: number): number[] {
  if (a.length !== b.length) return [...Array(Math.max(rows, 1)).keys()];
  const bytes = b.length / Math.max(rows, 1);
  const found = new Set<number>();
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) found.add(Math.floor(i / bytes));
  return [...found];
}
