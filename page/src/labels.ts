// Names on the map: none stands on another or on a mark; a name without room is left out.

import type { Scene, Theme } from "./draw";

interface Box {
  west: number;
  north: number;
  east: number;
  south: number;
}

/** Where a name of a country is tried, in parts of the room around its middle. */
const AROUND = [[0, 0], [0, -0.5], [0, 0.5], [-0.5, 0], [0.5, 0], [0, -0.9], [0, 0.9], [-0.9, 0], [0.9, 0]];

/** Widths of names that were measured, by font and name. */
const widths = new Map<string, number>();

export class Labels {
  private readonly taken: Box[] = [];
  private readonly written = new Map<string, [number, number]>();

  constructor(
    private readonly ctx: CanvasRenderingContext2D,
    private readonly width: number,
    private readonly height: number,
    private readonly theme: Theme,
    /** The strong colour that fills the map at a pixel, on which names stand in the colour of the paper; undefined where it is plain. */
    private readonly strongAt: (x: number, y: number) => string | undefined,
  ) {}

  keepFree(west: number, north: number, east: number, south: number): void {
    this.taken.push({ west, north, east, south });
  }

  /** Write a name to the right or the left of its mark. */
  beside(text: string, [x, y]: [number, number]): void {
    const before = this.written.get(text);
    if (before && Math.hypot(before[0] - x, before[1] - y) < 6) return; // two units at one base
    if (x < 0 || x > this.width || y < 0 || y > this.height) return;
    const font = "12px system-ui, sans-serif", w = this.measured(text, font);
    for (const left of [x + 9, x - 9 - w]) {
      if (this.put(text, font, left, y + 4, w, 12, this.theme.ink)) {
        this.written.set(text, [x, y]);
        return;
      }
    }
  }

  /** Write a name in the middle of a place, quietly; where that is taken, up to ``room`` pixels beside it. */
  on(text: string, [x, y]: [number, number], size: number, room: number): boolean {
    const font = `${size}px system-ui, sans-serif`, w = this.measured(text, font);
    return AROUND.some(([right, down]) => this.put(text, font, x - w / 2 + right * room, y + size / 3 + down * room, w, size, this.theme.ink, 0.72));
  }

  /** Write a small name beside a dot. */
  small(text: string, [x, y]: [number, number]): boolean {
    if (this.hits({ west: x - 3, north: y - 3, east: x + 3, south: y + 3 })) return false;
    const font = "italic 10.5px system-ui, sans-serif", w = this.measured(text, font);
    return [x + 5, x - 5 - w].some((left) => this.put(text, font, left, y + 3.5, w, 10.5, this.theme.ink, 0.85));
  }

  private measured(text: string, font: string): number {
    const key = `${font}|${text}`;
    let width = widths.get(key);
    if (width === undefined) {
      this.ctx.font = font;
      width = this.ctx.measureText(text).width;
      widths.set(key, width);
    }
    return width;
  }

  private hits(box: Box): boolean {
    return this.taken.some((b) => box.east > b.west && box.west < b.east && box.south > b.north && box.north < b.south);
  }

  private put(text: string, font: string, left: number, baseline: number, w: number, size: number, colour: string, alpha = 1): boolean {
    const box = { west: left - 2, east: left + w + 2, north: baseline - size, south: baseline + 0.3 * size };
    const inside = box.west > 0 && box.east < this.width && box.north > 0 && box.south < this.height;
    if (!inside || this.hits(box)) return false;
    this.taken.push(box);
    const { ctx, theme } = this, ground = this.strongAt(left + w / 2, baseline - size / 3);
    ctx.font = font;
    ctx.lineJoin = "round";
    ctx.globalAlpha = 0.9;
    ctx.strokeStyle = ground ?? theme.paper;
    ctx.lineWidth = 3;
    ctx.strokeText(text, left, baseline);
    ctx.globalAlpha = ground ? 1 : alpha;
    ctx.fillStyle = ground ? theme.paper : colour;
    ctx.fillText(text, left, baseline);
    ctx.globalAlpha = 1;
    return true;
  }
}

/** Write the names of countries, those with the most room first, where the map is large enough for them. */
export function countryNames(s: Scene, labels: Labels): void {
  for (const [name, lon, lat, room_deg] of s.data.countries ?? []) {
    const p = s.projector.point(lon, lat), q = s.projector.point(lon, Math.min(lat + 1, 89));
    if (!p || !q || p[0] < 0 || p[0] > s.width || p[1] < 0 || p[1] > s.height) continue;
    const room = room_deg * Math.hypot(p[0] - q[0], p[1] - q[1]);
    // in steps of half a pixel: the browser cuts the letters of a size once, and a size that moves with the map would be new in each frame
    if (room > 7) labels.on(name, p, Math.min(13, Math.max(10.5, Math.round((2 * room) / 3) / 2)), room);
  }
}

/** Cities no nearer to each other than this many pixels are named. */
const CITIES_APART = 60;

/** Write the names of cities with their dots, capitals first, where there is room beside all else. */
export function cityNames(s: Scene, labels: Labels): void {
  const { ctx, theme } = s, drawn: [number, number][] = [];
  for (const [name, lon, lat] of s.data.cities ?? []) {
    const p = s.projector.point(lon, lat);
    if (!p || p[0] < 4 || p[0] > s.width - 4 || p[1] < 4 || p[1] > s.height - 4) continue;
    if (drawn.some(([x, y]) => Math.hypot(x - p[0], y - p[1]) < CITIES_APART)) continue;
    if (!labels.small(name, p)) continue;
    drawn.push(p);
    ctx.beginPath();
    ctx.arc(p[0], p[1], 2, 0, 7);
    ctx.fillStyle = theme.ink;
    ctx.fill();
  }
}
