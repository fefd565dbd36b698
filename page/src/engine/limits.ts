// How far a plan with other numbers is from the clauses that are limits; src/equipoise/analysis/what_if/limits.py found the terms.

import type { Parameter, Settings } from "./worlds";

export interface Limit {
  clause: string;
  name: string;
  unit: string;
  terms: { constant: number; factors: [key: string, factor: number][] }[];
  under: string[]; // alternatives that must be as in the scenario
}

/** A clause's distance from its limit, in the clause's unit: below zero it is broken. */
export interface Distance {
  clause: string;
  name: string;
  unit: string;
  margin: number;
}

/** Less than this is nothing but rounding. */
const NOTHING = 1e-9;

/** The distance of the plan with some settings from every limit that follows them: the least of its terms. */
export function distances(limits: Limit[], parameters: Parameter[], settings: Settings): Distance[] {
  const own = new Map(parameters.map((p) => [p.key, p.value]));
  const term = ({ constant, factors }: Limit["terms"][number]) =>
    factors.reduce((sum, [key, factor]) => sum + factor * Number(settings[key] ?? own.get(key)), constant);
  return limits.filter(({ under }) => !under.some((key) => key in settings)).map(({ clause, name, unit, terms }) => {
    const margin = Math.min(...terms.map(term));
    return { clause, name, unit, margin: Math.abs(margin) < NOTHING ? 0 : margin };
  });
}
