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

/** One outcome; sites by number, -1 for nobody, times in s after launch. */
export type Outcome = { reason: number; site: number; slack_site: number } & Record<NumberName, number>;

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

  at(i: number): Outcome {
    const one = { reason: this.reason[i], site: this.site[i], slack_site: this.slack_site[i] } as Outcome;
    for (const name of NUMBERS) one[name] = this.numbers[name][i];
    return one;
  }

  put(i: number, one: Outcome): void {
    this.reason[i] = one.reason;
    this.site[i] = one.site;
    this.slack_site[i] = one.slack_site;
    for (const name of NUMBERS) this.numbers[name][i] = one[name];
  }
}

/** Take rows of the kernel's outcomes over, from `start` up to `stop`; `sites` are those of the cases. */
export function read(
  rows: DataView, item: number, columns: Record<string, number>, sites: number[], into: Outcomes, start: number, stop: number,
): void {
  const whole = (row: number, name: string) => rows.getInt32(row * item + columns[name], true);
  const site = (n: number) => (n < 0 ? NOBODY : sites[n]);
  for (let i = start; i < stop; i++) {
    into.reason[i] = whole(i, "reason");
    into.site[i] = site(whole(i, "case"));
    into.slack_site[i] = site(whole(i, "slack_case"));
    for (const name of NUMBERS) into.numbers[name][i] = rows.getFloat64(i * item + columns[name], true);
  }
}

const spare = ({ slack_s }: Outcome) => (Number.isNaN(slack_s) ? -Infinity : slack_s);

/** Whether an outcome has more shots than another or, with as many, more time to spare. */
export function better(a: Outcome, b: Outcome): boolean {
  return a.shots > b.shots || (a.shots === b.shots && spare(a) > spare(b));
}

/** An outcome without the shots of a command that may not engage what it could. */
export function bar(o: Outcomes, i: number, codes: Codes): Outcome {
  const one = o.at(i);
  return {
    ...one,
    reason: one.shots > 0 ? codes.NOT_OWN_AREA : one.reason,
    shots: 0,
    slack_site: NOBODY,
    slack_s: NaN,
    first_intercept_s: NaN,
    last_intercept_s: NaN,
  };
}

/** Which of several commands' outcomes counts: the best or, where none shoots, the one that tells most. */
export function best(found: Outcome[], unserved: boolean[], codes: Codes): Outcome {
  let top = found[0], foreign = unserved[0];
  for (let c = 1; c < found.length; c++) {
    const other = found[c];
    const silent = [top, other].every((o) => o.shots === 0 && Number.isNaN(o.slack_s));
    const tells = codes.rules.includes(other.reason) || (foreign && !unserved[c]);
    if (better(other, top) || (silent && !codes.rules.includes(top.reason) && tells)) {
      top = other;
      foreign = unserved[c];
    }
  }
  return top;
}
