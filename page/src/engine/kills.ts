// What follows from the kill probability of a shot: src/equipoise/analysis/what_if/kills.py says the same natively.

import type { Phase, Settings } from "./worlds";

/** A raid: by mode the shots at each missile if all miss, by where the kill probability stands; null where shots hang on each other. */
export interface Raid {
  raid: string;
  name: string;
  missiles: number;
  shots: Record<string, Record<string, number[]> | null>;
}

export type Span = [low: number, high: number];

type Killing = Pick<Phase, "kills" | "parameters">;

function kill(phase: Killing, key: string, settings: Settings): number {
  return Number(settings[key] ?? phase.parameters.find((p) => p.key === key)!.value);
}

/** The lowest and the highest kill probability in service. */
export function killSpan(phase: Killing, settings: Settings): Span {
  const known = phase.kills.map((key) => kill(phase, key, settings));
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 0];
}

/** Percent of people in range, so many by cell, whose missile is stopped on the average by so many shots; null without any. */
export function shotAt(people: Float64Array, shots: Float64Array, phase: Killing, settings: Settings): Span | null {
  const all = people.reduce((a, b) => a + b, 0);
  const share = (p: number) => (100 * people.reduce((sum, n, cell) => sum + n * (1 - (1 - p) ** shots[cell]), 0)) / all;
  return all > 0 ? (killSpan(phase, settings).map(share) as Span) : null;
}

/** The missiles of a raid that get through on the average; null where only a run of the scenario tells. */
export function through({ missiles, shots }: Raid, mode: string, phase: Killing, settings: Settings): number | null {
  const known = shots[mode];
  if (!known) return null;
  const missed = (n: number) => Object.entries(known).reduce((all, [key, counts]) => all * (1 - kill(phase, key, settings)) ** counts[n], 1);
  return Array.from({ length: missiles }, (_, n) => missed(n)).reduce((a, b) => a + b, 0);
}

/** Shots that stop a missile with this chance; null where no number does. */
export function shotsFor(chance: number, p: number): number | null {
  if (p <= 0) return null;
  return p >= 1 ? 1 : Math.ceil(Math.log(1 - chance) / Math.log(1 - p) - 1e-9);
}
