// What each scene shows on the map when it begins; its controls are in Scene.svelte.

import type { Data } from "./data";
import { globeAround, wrap } from "./geo";
import { clamp, type Camera, type SceneName, type View } from "./state.svelte";

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
/** Whether the map stands above the story and stays there, so that the story is read below it. */
export const narrow = matchMedia("(max-width: 820px)");

/** Bring a scene to where it is read: the middle of the window, or just below the map. */
export const bringIn = (scene: HTMLElement, behavior: ScrollBehavior = "auto") =>
  scene.scrollIntoView({ block: narrow.matches ? "start" : "center", behavior });

/** Call each time that an element comes to lie across the line where one reads: the middle of the window, or of what the map leaves of it. */
export function whenRead(element: Element, then: () => void): () => void {
  const rootMargin = narrow.matches ? "-77% 0px -23% 0px" : "-50% 0px -50% 0px";
  const watch = new IntersectionObserver(([seen]) => seen.isIntersecting && then(), { rootMargin });
  watch.observe(element);
  return () => watch.disconnect();
}

/** Seconds of flight that pass in one second of the first scene. */
export const PACE = 60;

/** Show a scene from its beginning; with reduced motion, its end as a still. */
export function begin(view: View, scene: SceneName): void {
  view.enter(scene);
  const { data } = view, last = data.axes.phase.length - 1;
  if (scene === "shot" && data.shot) {
    for (const axis of ["phase", "mode", "threat"] as const) {
      const index = data.axes[axis].findIndex((n) => n.id === data.shot![axis]);
      if (index >= 0) view.a[axis] = index;
    }
    view.camera = around(data);
    view.show_only("places");
    view.time_s = calm() ? data.shot.meet_s : 0;
  } else if (scene === "phases") {
    view.a.phase = calm() ? last : 0;
    view.b.phase = view.a.phase;
  } else if (scene === "other") {
    view.camera = globeOver(data);
    view.show_only("tracks", "places");
    view.speed_km_s = data.exposure?.fastest[last] ?? null;
  } else if (scene === "together") {
    view.a.mode = Math.max(0, data.axes.mode.findIndex((m) => m.id === "independent"));
    view.b.mode = Math.max(0, data.axes.mode.findIndex((m) => m.id === "joint"));
    view.difference = true;
  } else if (scene === "promise") {
    show_phase(view, last);
  }
}

/** Show what breaks the promise in a phase; a map without paths where nothing does. */
export function show_phase(view: View, phase: number): void {
  view.a.phase = phase;
  view.show_only("tracks", "places");
  const track = view.data.tracks.find((t) => t.interceptor && t.engageable?.[phase]);
  const path = track?.interceptor, last = (path?.lat.length ?? 0) - 1;
  view.camera = path ? { kind: "globe", lat: clamp(path.lat[last], -60, 60), lon: path.lon[last], zoom: 1.5 } : globeOver(view.data);
}

/** The globe seen from between the bases and where their missiles go. */
function globeOver(data: Data): Camera {
  const bases = data.places.filter((p) => p.kind === "base");
  const ends = data.tracks.filter((t) => t.kind === "strategic").map((t) => ({ lon: t.lon.at(-1)!, lat: t.lat.at(-1)! }));
  const middle = (points: { lon: number; lat: number }[]) => (points.length ? [globeAround(points)] : []);
  return { ...globeAround([...middle(bases), ...middle(ends)]), zoom: 1.1 };
}

/** The widest engagement, in degrees, that a flat map shows without bending it out of shape. */
const WIDEST_FLAT_DEG = 50;

/** A map that holds the engagement: launch, meeting and site. */
function around(data: Data): Camera {
  const { missile, interceptor, meet_s, step_s } = data.shot!;
  const flown = Math.round(meet_s / step_s) + 1, first = missile.lon[0];
  const lats = [...missile.lat.slice(0, flown), ...interceptor.lat];
  const lons = [...missile.lon.slice(0, flown), ...interceptor.lon].map((lon) => first + wrap(lon - first));
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const span = Math.max(1.6 * (north - south), east - west, 12);
  if (span > WIDEST_FLAT_DEG) return globeAround(lats.map((lat, i) => ({ lat, lon: lons[i] })));
  return { kind: "flat", lat: (south + north) / 2, lon: wrap((west + east) / 2), zoom: Math.min(12, 190 / span) };
}
