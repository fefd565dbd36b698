// What commands can do against the missiles that reach each cell, and which of it counts:
// src/equipoise/analysis/defence/defended_area.py says the same for the native engine.

const TIMES = ["detect_s", "track_s", "ready_s", "first_intercept_s", "last_intercept_s"] as const;
const NUMBERS = ["shots", "slack_s", ...TIMES] as const;
type NumberName = (typeof NUMBERS)[number];

export const NOBODY = -1;

export interface Codes {
  ENGAGED: number;
  OUT_OF_RANGE: number;
  NOT_OWN_AREA: number;
  rules: number[]; // reasons that are a rule in the way
}

/** One outcome per path or cell. */
export class Outcomes {
  readonly reason: Int16Array;
  readonly site: Int16Array;
  readonly slack_site: Int16Array;
  readonly numbers: Record<NumberName, Float64Array>;

  constructor(readonly length: number, reason: number) {
    this.reason = new Int16Array(length).fill(reason);
    this.site = new Int16Array(length).fill(NOBODY);
    this.slack_site = new Int16Array(length).fill(NOBODY);
    this.numbers = Object.fromEntries(
      NUMBERS.map((name) => [name, new Float64Array(length).fill(name === "shots" ? 0 : NaN)]),
    ) as Record<NumberName, Float64Array>;
  }

  /** Take number `i` of others over as number `to`. */
  copy(to: number, from: Outcomes, i: number): void {
    this.reason[to] = from.reason[i];
    this.site[to] = from.site[i];
    this.slack_site[to] = from.slack_site[i];
    for (const name of NUMBERS) this.numbers[name][to] = from.numbers[name][i];
  }

  /** Take the shots of a number away: its command may not engage what it could. */
  bar(i: number, codes: Codes): void {
    if (this.numbers.shots[i] > 0) this.reason[i] = codes.NOT_OWN_AREA;
    this.numbers.shots[i] = 0;
    this.slack_site[i] = NOBODY;
    for (const name of ["slack_s", "first_intercept_s", "last_intercept_s"] as const) this.numbers[name][i] = NaN;
  }
}

/** Take rows of the kernel's outcomes over, from `start` up to `stop`; row 0 is number `first`, `sites` are those of the cases. */
export function read(
  rows: DataView, item: number, columns: Record<string, number>, sites: number[], into: Outcomes, first: number, start: number, stop: number,
): void {
  const whole = (row: number, name: string) => rows.getInt32(row * item + columns[name], true);
  const site = (n: number) => (n < 0 ? NOBODY : sites[n]);
  for (let i = start; i < stop; i++) {
    into.reason[first + i] = whole(i, "reason");
    into.site[first + i] = site(whole(i, "case"));
    into.slack_site[first + i] = site(whole(i, "slack_case"));
    for (const name of NUMBERS) into.numbers[name][first + i] = rows.getFloat64(i * item + columns[name], true);
  }
}

/** One number of outcomes, with its shots or, where it is barred, without. */
export interface One {
  of: Outcomes;
  i: number;
  barred: boolean;
}

const shots = ({ of, i, barred }: One) => (barred ? 0 : of.numbers.shots[i]);
const spare = ({ of, i, barred }: One) => (barred || Number.isNaN(of.numbers.slack_s[i]) ? -Infinity : of.numbers.slack_s[i]);

/** Whether one has more shots than another or, with as many, more time to spare. */
export function better(a: One, b: One): boolean {
  const more = shots(a) - shots(b);
  return more > 0 || (more === 0 && spare(a) > spare(b));
}

/** Which of several commands' outcomes counts: the best or, where none shoots, the one that tells most. */
export function best(found: One[], codes: Codes): One {
  const isRule = (one: One) => codes.rules.includes(one.barred && one.of.numbers.shots[one.i] > 0 ? codes.NOT_OWN_AREA : one.of.reason[one.i]);
  const silent = (one: One) => shots(one) === 0 && spare(one) === -Infinity;
  let top = found[0];
  for (const other of found.slice(1)) {
    const tells = () => silent(top) && silent(other) && !isRule(top) && (isRule(other) || (top.barred && !other.barred));
    if (better(other, top) || tells()) top = other;
  }
  return top;
}
