// Answers to what-if questions from the engagement kernels: the map of one phase, mode and missile, and every base's exposure.

import { NONE, type Grid, type Layer } from "../data";
import { Module, type Argument, type Values } from "./module";
import { bar, best, better, NOBODY, Outcomes, read, type Codes } from "./outcomes";
import { keysOf, putWorld, type Command, type Parameter, type Phase, type Settings, type Table } from "./worlds";

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
  arguments: Argument[];
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
  slack_s: Float64Array; // by cell
}

/** What may be changed, by phase, and the missiles and bases that the engine knows. */
export interface Offer {
  parameters: Record<string, Parameter[]>;
  threats: string[];
  bases: string[];
  scenario: string; // TOML
}

/** Between parts of an answer: false when nobody waits for it any more. */
export type Breathe = () => Promise<boolean>;

/** Paths between two breaths. */
const PART = 256;
/** A coarse map has every third row and column. */
const COARSE = 3;
/** Sets of outcomes that are kept. */
const KEPT = 128;
const NO_SITE = 255;

/** Paths in the engine's memory. */
interface Flown {
  id: number;
  cells: Uint32Array;
  values: Values;
  coarse: number; // that many first paths lie on a coarse map
}

/** Outcomes of the first paths of a set; the rest is not yet computed. */
interface Known {
  outcomes: Outcomes;
  done: number;
}

export class Engine {
  private readonly flown: Record<string, Flown[][]> = {};
  private readonly bases: Flown[];
  private readonly kept = new Map<string, Known>();
  private readonly keys: Set<string>[];
  private readonly columns: Record<string, number>;
  private readonly item: number;
  private sets = 0;

  private constructor(private readonly module: Module, private readonly carried: Carried) {
    const { questions, grid } = carried;
    this.columns = module.columns("out");
    this.item = module.item("out");
    this.keys = questions.commands.map((c) => keysOf(c, questions.arrays));
    for (const [threat, points] of Object.entries(carried.sets))
      this.flown[threat] = points.map((families) => families.map((set) => this.place(set, questions.vehicles[threat], grid.nx)));
    this.bases = carried.bases.map(({ paths, vehicle }) => this.place(paths, vehicle));
  }

  static async open(carried: Carried): Promise<Engine> {
    return new Engine(await Module.open(carried.module, carried.arguments), carried);
  }

  /** What may be changed, by phase, and the missiles and bases that can be asked about. */
  get offer(): Offer {
    const { questions, sets, bases } = this.carried;
    return {
      parameters: Object.fromEntries(questions.phases.map((p) => [p.id, p.parameters])),
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
    return { layer: layerOf(worst), share_percent: this.share(worst), slack_s: worst.numbers.slack_s };
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
    const values: Values = {
      ...vehicle,
      "flights.lat_rad": same(set.lat),
      "flights.lon_rad": same(set.lon),
      "flights.status": same(0), // zero is the same number whole
      "flights.azimuth_rad": put(set.azimuth),
      "flights.path_angle_rad": put(set.path_angle),
      "flights.speed_m_s": put(set.speed),
      "flights.burn_time_s": put(set.burn_time),
    };
    return { id: this.sets++, cells: Uint32Array.from(order, (i) => set.cells[i]), values, coarse: first.length };
  }

  /** What a command can do against the first paths of a set, up to `stop`. */
  private async outcomes(n: number, phase: Phase, settings: Settings, set: Flown, stop: number, breathe: Breathe): Promise<Outcomes | null> {
    const { questions, tables } = this.carried;
    const command = questions.commands[n];
    const relevant = Object.entries(settings).filter(([key]) => this.keys[n].has(key)).sort();
    const key = JSON.stringify([n, set.id, relevant]);
    const known = this.kept.get(key) ?? { outcomes: new Outcomes(set.cells.length, questions.codes.OUT_OF_RANGE), done: 0 };
    this.kept.delete(key);
    this.kept.set(key, known); // the newest stands last
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    while (known.done < stop) {
      if (!(await breathe())) return null;
      const to = Math.min(stop, known.done + PART), top = this.module.mark();
      const world = putWorld(this.module, command, questions.arrays, tables, phase, Object.fromEntries(relevant), questions.numbers);
      const out = this.module.room(set.cells.length * this.item, [set.cells.length, 1]);
      const nothing = this.module.room(0, [0, command.sites.length]);
      this.module.run({ ...questions.numbers, ...set.values, ...world, out, each: nothing }, known.done, to);
      read(this.module.view(out.pointer, set.cells.length * this.item), this.item, this.columns, command.sites, known.outcomes, known.done, to);
      this.module.back(top);
      known.done = to;
    }
    return known.outcomes;
  }

  /** Put what counts against a set's first paths into the worst so far; only the first family brings a cell into range. */
  private worsen(worst: Outcomes, set: Flown, stop: number, found: Outcomes[], commands: number[], mode: string, first: boolean): void {
    const { owner, questions } = this.carried;
    const { codes, modes, parties } = questions;
    const party = commands.map((c) => parties.indexOf(questions.commands[c].name));
    for (let i = 0; i < stop; i++) {
      const cell = set.cells[i];
      const unserved = party.map((p) => modes[mode].own_area && owner[cell] >= 0 && owner[cell] !== p);
      const barred = found.map((o, c) => (unserved[c] ? bar(o, i, codes) : o.at(i)));
      const one = best(barred, unserved, codes);
      const take = worst.reason[cell] === codes.OUT_OF_RANGE ? first : better(worst.at(cell), one);
      if (take) worst.put(cell, one);
    }
  }

  /** Give the cells between those of a coarse map what the cell before them has. */
  private fill(worst: Outcomes, threat: string): void {
    const { nx } = this.carried.grid, { OUT_OF_RANGE } = this.carried.questions.codes;
    for (const [set] of this.flown[threat])
      for (const cell of set.cells.subarray(set.coarse)) {
        const row = Math.floor(cell / nx), column = cell % nx;
        const near = (row - (row % COARSE)) * nx + column - (column % COARSE);
        if (worst.reason[near] !== OUT_OF_RANGE) worst.put(cell, worst.at(near));
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
}

/** What the map shows of outcomes by cell: whole seconds, as in the report's own layers. */
function layerOf(o: Outcomes): Layer {
  const seconds = (values: Float64Array) => Int16Array.from(values, wholeSeconds);
  const shooting = (values: ArrayLike<number>, none: number) => Array.from(values, (v, i) => (o.numbers.shots[i] > 0 ? v : none));
  const site = (values: ArrayLike<number>) => Uint8Array.from(values, (v) => (v === NOBODY ? NO_SITE : v));
  const n = o.numbers;
  return {
    shots: Uint8Array.from(n.shots),
    reason: Uint8Array.from(o.reason),
    site: site(shooting(o.site, NOBODY)),
    slack_site: site(o.slack_site),
    slack: seconds(n.slack_s),
    detect: seconds(n.detect_s),
    track: seconds(n.track_s),
    launch: seconds(Float64Array.from(shooting(n.ready_s, NaN))),
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
