// One point of the negotiation space, and which points no other beats.

export interface Point {
  place: string;
  speed: number; // km/s
  number: number;
  people: number; // million
  low: number; // warheads found within reach
  high: number; // warheads not excluded
  proposal: boolean;
  source: string;
}

/** The points that no other beats in people without more exposure, by rising exposure. */
export function frontier(points: Point[]): Point[] {
  const order = [...points].sort((a, b) => a.high - b.high || b.people - a.people);
  const kept: Point[] = [];
  for (const p of order) if (!kept.length || p.people > kept[kept.length - 1].people) kept.push(p);
  return kept;
}
