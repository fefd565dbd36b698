// The page inside the report: the map when the report carries its data, and what the figures' buttons do.

import { flushSync, mount } from "svelte";
import Certificate from "./Certificate.svelte";
import ChartView from "./ChartView.svelte";
import { copyText } from "./copy";
import { load } from "./data";
import Explore from "./Explore.svelte";
import FirstMap from "./FirstMap.svelte";
import Scene from "./Scene.svelte";
import { bringIn } from "./scenes";
import { Session } from "./session.svelte";
import type { SceneName } from "./state.svelte";
import Space from "./Space.svelte";
import { following, Laboratory, type Question, type Whole } from "./whatif";

/** The engine stands at the end of the report: it is there once all is read. */
const laboratory = new Promise<void>((read) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => read());
  else read();
}).then(() => Laboratory.start());

/** Answer a what-if question for a script that drives the page: the whole map and every base; a coarse map first if asked. */
export async function ask(question: Question, whole = true): Promise<Whole> {
  const engine = await laboratory;
  if (!engine) throw new Error("this report carries no engine");
  const found: Partial<Whole> = following(await engine.offer, question), started = performance.now();
  const done = await engine.ask(
    question,
    {
      area(area) {
        found.area = area;
        found.first_ms ??= performance.now() - started;
      },
      bases: (bases, took_ms) => Object.assign(found, { bases, took_ms }),
    },
    whole,
  );
  if (!done) throw new Error("a newer question overtook this one");
  return found as Whole;
}

async function start(): Promise<void> {
  const holder = document.getElementById("page-data");
  const map = document.getElementById("map-page");
  const explore = document.getElementById("explore-page");
  if (!holder || !map || !explore) return;
  if (new URLSearchParams(location.hash.slice(1)).has("embed")) document.documentElement.dataset.embed = "";
  if (typeof DecompressionStream !== "function") {
    const told = "This browser cannot unpack the interactive map (it lacks DecompressionStream): the still map and all below show what was computed.";
    map.innerHTML = map.querySelector("noscript")?.textContent ?? ""; // the still map, for readers without scripts
    map.append(Object.assign(document.createElement("p"), { textContent: told }));
    return;
  }
  const session = new Session(await load(holder));
  void laboratory.then((engine) => (session.laboratory = engine));
  map.replaceChildren();
  mount(FirstMap, { target: map, props: { session } });
  mount(Explore, { target: explore, props: { session } });
  for (const article of document.querySelectorAll<HTMLElement>("article[data-scene]"))
    mount(Scene, { target: article.querySelector(".stage")!, props: { view: session.view, name: article.dataset.scene as SceneName } });
  const scene = session.view.scene && document.getElementById(`scene-${session.view.scene}`);
  if (scene) bringIn(scene);
}

/** Do something once an element comes near the window, or is printed, and then say so. */
function whenNear(element: Element, then: (printing: boolean) => void): void {
  let done = false;
  const once = (printing: boolean) => {
    if (done) return;
    done = true;
    watch.disconnect();
    then(printing);
  };
  const watch = new IntersectionObserver(([seen]) => seen.isIntersecting && once(false), { rootMargin: "600px" });
  watch.observe(element);
  addEventListener("beforeprint", () => {
    once(true);
    flushSync();
  });
}

/** A figure that carries its points becomes one to explore; its picture stays for print. */
function enliven(): void {
  for (const holder of document.querySelectorAll<HTMLElement>("figure > script.chart")) {
    const target = document.createElement("div");
    target.className = "drawn";
    holder.before(target);
    whenNear(target, (printing) => {
      target.className = "";
      mount(ChartView, { target, props: { chart: JSON.parse(holder.textContent ?? "{}"), alt: holder.dataset.alt ?? "", printing } });
    });
  }
  for (const holder of document.querySelectorAll("figure > script.live")) {
    const figure = holder.parentElement!;
    const target = document.createElement("div");
    holder.before(target);
    mount(Space, { target, props: JSON.parse(holder.textContent ?? "{}") });
    figure.classList.add("lively");
  }
}

/** A certificate can be checked where it stands. */
function letCheck(): void {
  for (const holder of document.querySelectorAll<HTMLElement>("div.certificate > script.certificate"))
    mount(Certificate, { target: holder.parentElement!, props: { packed: JSON.parse(holder.textContent ?? '""') } });
}

document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-cite]");
  if (!button) return;
  const label = button.textContent;
  button.textContent = (await copyText(button.dataset.cite ?? "")) ? "Copied" : "Could not copy";
  setTimeout(() => (button.textContent = label), 1600);
});

/** A link to something that is folded away opens it. */
function unfold(): void {
  const id = location.hash.slice(1); // anchors are plain letters, digits and hyphens; a view is on the map
  const target = id ? document.getElementById(id.startsWith("view:") ? "first" : id) : null;
  if (!target) return;
  for (let e: Element | null = target; e; e = e.parentElement) if (e instanceof HTMLDetailsElement) e.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", unfold);
// the script stands behind the first screen, which is drawn while the rest is still read
void start();
addEventListener("DOMContentLoaded", () => {
  enliven();
  letCheck();
  unfold();
});
