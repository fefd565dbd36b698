// What the marks and colours of a map mean: beside the map and in its pictures.

import { classes } from "./colours";
import type { Place } from "./data";
import type { Theme } from "./draw";
import type { Choice, View } from "./state.svelte";

export interface Entry {
  mark: "cell" | "path" | "meeting" | Place["kind"];
  words: string;
  colour: keyof Theme | `#${string}`;
}

const PLACES: Entry[] = [
  { mark: "site", words: "interceptors", colour: "site" },
  { mark: "radar", words: "radar", colour: "radar" },
  { mark: "launch_area", words: "launch area", colour: "launch" },
  { mark: "base", words: "strategic base", colour: "base" },
];
const PATHS: Entry[] = [
  { mark: "path", words: "strategic path that could be engaged", colour: "exposed" },
  { mark: "path", words: "strategic path that could not", colour: "strategic" },
];

export function entries(view: View): Entry[] {
  const { shown, data } = view, kinds = new Set<string>(data.places.map((p) => p.kind));
  return [
    ...(shown.cells && data.grid ? cells(view) : []),
    ...(shown.places ? PLACES.filter((entry) => kinds.has(entry.mark)) : []),
    ...(shown.meetings ? [{ mark: "meeting", words: "first intercept of a path shown", colour: "meeting" } as Entry] : []),
    ...(shown.tracks || shown.corridors ? PATHS : []),
  ];
}

function cells(view: View): Entry[] {
  const cell = (words: string, colour: string): Entry => ({ mark: "cell", words, colour: colour as Entry["colour"] });
  const [first, second] = told(view), where = view.compare ? "second map: " : "";
  const difference = [cell("both defend", "once"), cell(`only ${second}`, "gained"), cell(`only ${first}`, "lost"), cell("neither", "undefended")];
  const apart = view.difference ? difference.map((entry) => ({ ...entry, words: `${where}${entry.words}` })) : [];
  if (view.difference && !view.compare) return apart;
  if (!view.shown.reasons) return [...classes.map((c) => cell(c.words, c.name === "unreached" ? "land" : c.name)), ...apart];
  const shots = view.data.shotColours.slice(1).map((colour, i) => cell(`${i + 1}${i === 2 ? " or more shots" : i ? " shots" : " shot"}`, colour));
  return [...shots, ...reasons(view).map((reason) => cell(reason.label, reason.colour)), ...apart];
}

/** The two choices that are compared, each by what sets it apart. */
export function told({ data, a, b }: View): [string, string] {
  const of = (choice: Choice) =>
    a.mode !== b.mode ? data.axes.mode[choice.mode]?.name.toLowerCase()
    : a.phase !== b.phase ? data.axes.phase[choice.phase]?.name
    : data.axes.threat[choice.threat]?.name;
  return [of(a) ?? "", of(b) ?? ""];
}

/** The reasons why cells of the maps shown are not defended. */
function reasons(view: View) {
  const codes = new Set<number>();
  for (const choice of view.compare ? [view.a, view.b] : [view.a]) {
    const layer = view.layer(choice);
    layer?.reason.forEach((code, n) => layer.shots[n] === 0 && codes.add(code));
  }
  return view.data.reasons.filter((r) => codes.has(r.code) && r.colour !== "#ffffff");
}
