// Answers to what-if questions from the engagement kernels: the map of one phase, mode and missile, and every base's exposure.

import { NONE, type Grid, type Layer } from "../data";
import { shotAt, type Raid, type Span } from "./kills";
import type { Limit } from "./limits";
import { change, Memories, type Memory } from "./memory";
import { Module, type Layout, type Placed, type Values } from "./module";
import { best, better, NOBODY, Outcomes, read, type Codes, type One } from "./outcomes";
import { putWorld, worldOf, type Alternative, type Command, type Parameter, type Phase, type Settings, type Table, type World } from "./worlds";

export interface PathSet {
  cells: Uint32Array; // that the paths reach, one path each
  lat: number;
  lon: number;
  azimuth: Float64Array;
  path_angle: Float64Array;
  speed: Float64Array;
  burn_time: Float64Array;
}

/** What the report carries for the engine. */
export interface Carried {
  layout: Layout;
  module: Uint8Array<ArrayBuffer>;
  grid: Grid;
  questions: {
    phases: Phase[];
    modes: Record<string, { own_area: boolean }>;
    classes: Record<string, string>; // of missiles
    commands: Command[];
    arrays: Table[];
    numbers: Record<string, number>;
    parties: string[];
    vehicles: Record<string, Record<string, number>>;
    codes: Codes;
    scenario: string; // TOML
  };
  tables: Uint8Array;
  owner: Int16Array; // by cell: a party, -1 for nobody
  people: Float64Array; // by cell
  sets: Record<string, PathSet[][]>; // missile: launch point, family
  bases: { id: string; vehicle: Record<string, number>; paths: PathSet }[];
}

export interface Question {
  phase: string;
  mode: string;
  threat: string;
  settings: Settings;
}

export interface BaseAnswer {
  base: string;
  share_percent: number;
  slack_s: number | null;
  reason: Int16Array; // by path
  path_slack_s: Float64Array;
}

export interface AreaAnswer {
  layer: Layer;
  share_percent: number | null;
  stopped_percent: Span | null;
  slack_s: Float64Array; // by cell
}

/** What may be changed and which clauses follow, by phase, and the missiles and bases that the engine knows. */
export interface Offer {
  parameters: Record<string, Parameter[]>;
  alternatives: Record<string, Alternative[]>;
  kills: Record<string, string[]>; // where kill probabilities stand
  raids: Record<string, Raid[]>;
  limits: Record<string, Limit[]>;
  threats: string[];
  bases: string[];
  scenario: string; // TOML
}

/** Between parts of an answer: false when nobody waits for it any more. */
export type Breathe = () => Promise<boolean>;

/** Paths between two breaths, and of one call of the kernel, which takes up to 1.5 MB for each of them under the accuracy rule. */
const BLOCK = 256;
const STRIP = 32;
/** A coarse map has every third row and column. */
const COARSE = 3;
const NO_SITE = 255;

/** Paths in the engine's memory. */
interface Flown {
  id: number;
  cells: Uint32Array;
  coarse: number; // that many first paths lie on a coarse map
  blocks: { paths: number; flights: Values; samples: Values | null }[];
}

/** What is known of a set's paths through one command's world. */
interface Known {
  outcomes: Outcomes;
  blocks: Memory[];
}

export class Engine {
  private readonly flown: Record<string, Flown[][]> = {};
  private readonly bases: Flown[];
  private readonly known = new Map<string, Known>();
  private readonly memories: Memories;
  private readonly columns: Record<string, number>;
  private readonly item: number;
  private sets = 0;
  private asked = "";

  private constructor(private readonly module: Module, private readonly carried: Carried) {
    const { questions, grid } = carried;
    this.columns = module.columns("out");
    this.item = module.item("out");
    for (const [threat, points] of Object.entries(carried.sets))
      this.flown[threat] = points.map((families) => families.map((set) => this.place(set, questions.vehicles[threat], grid.nx)));
    this.bases = carried.bases.map(({ paths, vehicle }) => this.place(paths, vehicle));
    this.memories = new Memories(module);
  }

  static async open(carried: Carried): Promise<Engine> {
    return new Engine(await Module.open(carried.module, carried.layout), carried);
  }

  /** What may be changed, by phase, and the missiles and bases that can be asked about. */
  get offer(): Offer {
    const { questions, sets, bases } = this.carried;
    const by = <T>(of: (phase: Phase) => T) => Object.fromEntries(questions.phases.map((p) => [p.id, of(p)]));
    return {
      parameters: by((p) => p.parameters),
      alternatives: by((p) => p.alternatives),
      kills: by((p) => p.kills),
      raids: by((p) => p.raids),
      limits: by((p) => p.limits),
      threats: Object.keys(sets),
      bases: bases.map((b) => b.id),
      scenario: questions.scenario,
    };
  }

  /** The map of a question, coarse or whole; null when it was overtaken. */
  async area(question: Question, coarse: boolean, breathe: Breathe): Promise<AreaAnswer | null> {
    const { questions, grid } = this.carried;
    const phase = this.phase(question.phase);
    const commands = phase.commands[questions.classes[question.threat]][question.mode];
    this.prepare(question, commands);
    const worst = new Outcomes(grid.nx * grid.ny, questions.codes.OUT_OF_RANGE);
    for (const families of this.flown[question.threat])
      for (const [family, set] of families.entries()) {
        const stop = coarse ? set.coarse : set.cells.length;
        const found: Outcomes[] = [];
        for (const c of commands) {
          const known = await this.outcomes(c, phase, question.settings, set, stop, breathe);
          if (!known) return null;
          found.push(known);
        }
        this.worsen(worst, set, stop, found, commands, question.mode, family === 0);
      }
    if (coarse) this.fill(worst, question.threat);
    return {
      layer: layerOf(worst), share_percent: this.share(worst), stopped_percent: this.stopped(worst, phase, question.settings),
      slack_s: worst.numbers.slack_s,
    };
  }

  /** The exposure of every base; null when the question was overtaken. */
  async exposure(question: Question, breathe: Breathe): Promise<BaseAnswer[] | null> {
    const phase = this.phase(question.phase);
    const answers: BaseAnswer[] = [];
    for (const [n, set] of this.bases.entries()) {
      const [command] = phase.commands.strategic.exposure;
      const found = await this.outcomes(command, phase, question.settings, set, set.cells.length, breathe);
      if (!found) return null;
      const taken = found.reason.reduce((sum, r) => sum + (r === this.carried.questions.codes.ENGAGED ? 1 : 0), 0);
      const slack = found.numbers.slack_s, known = slack.filter((s) => !Number.isNaN(s));
      answers.push({
        base: this.carried.bases[n].id,
        share_percent: (100 * taken) / Math.max(found.length, 1),
        slack_s: known.length ? Math.round(10 * known.reduce((a, b) => Math.max(a, b))) / 10 : null,
        reason: found.reason,
        path_slack_s: slack,
      });
    }
    return answers;
  }

  private phase(id: string): Phase {
    return this.carried.questions.phases.find((p) => p.id === id)!;
  }

  /** Put paths into memory; of a map with so many columns those on a coarse map first. */
  private place(set: PathSet, vehicle: Record<string, number>, columns?: number): Flown {
    const on = (cell: number) => !columns || (Math.floor(cell / columns) % COARSE === 0 && (cell % columns) % COARSE === 0);
    const all = [...set.cells.keys()], first = all.filter((i) => on(set.cells[i]));
    const order = [...first, ...all.filter((i) => !on(set.cells[i]))];
    const put = (column: ArrayLike<number>) => {
      const values = Float64Array.from(order, (i) => column[i]);
      return this.module.put(new Uint8Array(values.buffer), [values.length]);
    };
    const same = (value: number) => put(new Float64Array(order.length).fill(value));
    const flights: Record<string, Placed> = {
      "flights.lat_rad": same(set.lat),
      "flights.lon_rad": same(set.lon),
      "flights.status": same(0), // zero is the same number whole
      "flights.azimuth_rad": put(set.azimuth),
      "flights.path_angle_rad": put(set.path_angle),
      "flights.speed_m_s": put(set.speed),
      "flights.burn_time_s": put(set.burn_time),
    };
    const blocks = [];
    for (let from = 0; from < order.length; from += BLOCK) {
      const paths = Math.min(BLOCK, order.length - from);
      const part = Object.entries(flights).map(([name, { pointer }]) => [name, { pointer: pointer + 8 * from, shape: [paths] }]);
      blocks.push({ paths, flights: { ...vehicle, ...Object.fromEntries(part) }, samples: null });
    }
    return { id: this.sets++, cells: Uint32Array.from(order, (i) => set.cells[i]), coarse: first.length, blocks };
  }

  /** Forget what other questions left where it takes the room that this one's paths need. */
  private prepare({ phase, mode, threat }: Question, commands: number[]): void {
    const asked = JSON.stringify([phase, mode, threat]);
    if (asked === this.asked) return;
    this.asked = asked;
    const { questions } = this.carried;
    const shapes = (n: number) => Object.fromEntries(Object.entries(questions.commands[n].world).map(([name, table]) => [name, questions.arrays[table]]));
    const own = commands.map(shapes), paths = (sets: Flown[]) => sets.reduce((sum, set) => sum + set.cells.length, 0);
    const [exposure] = this.phase(phase).commands.strategic?.exposure ?? [];
    const bytes = this.memories.bytes(paths(this.flown[threat].flat()), own) + (exposure === undefined ? 0 : this.memories.bytes(paths(this.bases), [shapes(exposure)]));
    if (this.memories.has(bytes)) return;
    this.memories.clear();
    this.known.clear();
    for (const set of [...Object.values(this.flown).flat(2), ...this.bases]) for (const block of set.blocks) block.samples = null;
  }

  /** What a command can do against the first paths of a set, up to `stop`. */
  private async outcomes(n: number, phase: Phase, settings: Settings, set: Flown, stop: number, breathe: Breathe): Promise<Outcomes | null> {
    const { questions, tables } = this.carried;
    const world = worldOf(questions.commands[n], questions.arrays, tables, phase, settings, questions.numbers);
    const key = `${n} ${set.id}`;
    const known = this.known.get(key) ?? { outcomes: new Outcomes(set.cells.length, questions.codes.OUT_OF_RANGE), blocks: [] };
    this.known.set(key, known);
    for (const [b, block] of set.blocks.entries()) {
      const from = b * BLOCK, upto = Math.min(stop - from, block.paths);
      if (upto <= 0) break;
      block.samples ??= this.memories.samples(block.paths);
      const memory = (known.blocks[b] ??= this.memories.of(block.samples, world, block.paths));
      change(this.module, memory, world);
      if (memory.done >= upto) continue;
      if (!(await breathe())) return null;
      change(this.module, memory, world); // another question may have been asked meanwhile
      this.run(world, block.flights, memory, upto, known.outcomes, from);
    }
    return known.outcomes;
  }

  /** Take the outcomes of a block's paths up to `upto` from the kernel; the block's first path is the number `from` of the set. */
  private run(world: World, flights: Values, memory: Memory, upto: number, outcomes: Outcomes, from: number): void {
    const { questions } = this.carried, top = this.module.mark();
    const values = memory.values ?? this.memories.passing(world, memory.paths), out = values.out as Placed;
    const put = { ...questions.numbers, ...flights, ...putWorld(this.module, world), ...values };
    this.module.run(put, memory.done, upto, STRIP);
    const rows = this.module.view(out.pointer, memory.paths * this.item);
    read(rows, this.item, this.columns, world.sites, outcomes, from, memory.done, upto);
    this.module.back(top);
    memory.done = upto;
  }

  /** Put what counts against a set's first paths into the worst so far; only the first family brings a cell into range. */
  private worsen(worst: Outcomes, set: Flown, stop: number, found: Outcomes[], commands: number[], mode: string, first: boolean): void {
    const { owner, questions } = this.carried;
    const { codes, modes, parties } = questions;
    const party = commands.map((c) => parties.indexOf(questions.commands[c].name)), sectors = modes[mode].own_area;
    const ones: One[] = found.map((of) => ({ of, i: 0, barred: false })), known: One = { of: worst, i: 0, barred: false };
    for (let i = 0; i < stop; i++) {
      const cell = (known.i = set.cells[i]);
      for (const [c, one] of ones.entries()) {
        one.i = i;
        one.barred = sectors && owner[cell] >= 0 && owner[cell] !== party[c];
      }
      const one = best(ones, codes);
      if (worst.reason[cell] === codes.OUT_OF_RANGE ? !first : !better(known, one)) continue;
      worst.copy(cell, one.of, i);
      if (one.barred) worst.bar(cell, codes);
    }
  }

  /** Give the cells between those of a coarse map what the cell before them has. */
  private fill(worst: Outcomes, threat: string): void {
    const { nx } = this.carried.grid, { OUT_OF_RANGE } = this.carried.questions.codes;
    for (const [set] of this.flown[threat])
      for (const cell of set.cells.subarray(set.coarse)) {
        const row = Math.floor(cell / nx), column = cell % nx;
        const near = (row - (row % COARSE)) * nx + column - (column % COARSE);
        if (worst.reason[near] !== OUT_OF_RANGE) worst.copy(cell, worst, near);
      }
  }

  /** Percent of the people in range who are defended. */
  private share(worst: Outcomes): number | null {
    const { people, questions } = this.carried;
    let reached = 0, defended = 0;
    people.forEach((n, cell) => {
      if (worst.reason[cell] !== questions.codes.OUT_OF_RANGE) reached += n;
      if (worst.numbers.shots[cell] >= 1) defended += n;
    });
    return reached > 0 ? (100 * defended) / reached : null;
  }

  /** Percent of the people in range whose missile would be stopped on the average, with the lowest and the highest kill probability. */
  private stopped(worst: Outcomes, phase: Phase, settings: Settings): Span | null {
    const { people, questions } = this.carried;
    const reached = people.map((n, cell) => (worst.reason[cell] === questions.codes.OUT_OF_RANGE ? 0 : n));
    return shotAt(reached, worst.numbers.shots, phase, settings);
  }
}

/** What the map shows of outcomes by cell: whole seconds, as in the report's own layers. */
function layerOf(o: Outcomes): Layer {
  const seconds = (values: Float64Array) => Int16Array.from(values, wholeSeconds);
  const site = (values: Int16Array) => Uint8Array.from(values, (v) => (v === NOBODY ? NO_SITE : v));
  const n = o.numbers;
  const ready_s = n.ready_s.slice(), shooter = o.site.slice();
  n.shots.forEach((shots, i) => {
    if (shots > 0) return;
    ready_s[i] = NaN;
    shooter[i] = NOBODY;
  });
  return {
    shots: Uint8Array.from(n.shots),
    reason: Uint8Array.from(o.reason),
    site: site(shooter),
    slack_site: site(o.slack_site),
    slack: seconds(n.slack_s),
    detect: seconds(n.detect_s),
    track: seconds(n.track_s),
    launch: seconds(ready_s),
    first_intercept: seconds(n.first_intercept_s),
    last_intercept: seconds(n.last_intercept_s),
  };
}

/** Seconds to the nearest whole number, of two the even one, as numpy rounds. */
function wholeSeconds(value: number): number {
  if (Number.isNaN(value)) return NONE;
  const single = Math.fround(value), down = Math.floor(single), rest = single - down;
  const rounded = rest === 0.5 ? down + (Math.abs(down) % 2) : Math.round(single);
  return Math.min(32767, Math.max(-32767, rounded));
}
