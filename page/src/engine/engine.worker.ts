// Answers what-if questions beside the page: first coarse, then fine; the newest question overtakes the others.

import { fromBase64, inflated, unpacked } from "../data";
import { Engine, type AreaAnswer, type BaseAnswer, type Carried, type Offer, type Question } from "./engine";

export type Asked = { open: string } | { id: number; question: Question; whole: boolean };
export type Said =
  | { offer: Offer }
  | { id: number; coarse: boolean; area: AreaAnswer }
  | { id: number; bases: BaseAnswer[]; took_ms: number }
  | { id: number; overtaken: true }
  | { id: number; fault: string };

let engine: Promise<Engine> | undefined;
let newest = 0;
const say = (said: Said) => postMessage(said);

/** Let messages in. */
const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();
const breath = () => new Promise<void>((done) => {
  waiting.push(done);
  port2.postMessage(0);
});

async function open(text: string): Promise<Engine> {
  const { packed, ...rest } = JSON.parse(text);
  const carried = unpacked(rest, await inflated(fromBase64(packed))) as Carried & { questions: Uint8Array };
  return Engine.open({ ...carried, questions: JSON.parse(new TextDecoder().decode(carried.questions)) });
}

/** A coarse map is finished, so that one is seen while a slider still moves. */
const always = () => Promise.resolve(true);

/** Work between two breaths at least: they cost as much as many paths. */
const WORK_MS = 8;

async function answer(id: number, question: Question, whole: boolean): Promise<void> {
  const started = performance.now();
  let rested = -Infinity;
  const breathe = async () => {
    if (performance.now() - rested > WORK_MS) {
      await breath();
      rested = performance.now();
    }
    return id === newest;
  };
  const ready = await engine!;
  if (!(await breathe())) return say({ id, overtaken: true });
  for (const coarse of whole ? [false] : [true, false]) {
    const area = await ready.area(question, coarse, coarse ? always : breathe);
    if (!area) return say({ id, overtaken: true });
    say({ id, coarse, area });
  }
  const bases = await ready.exposure(question, breathe);
  say(bases ? { id, bases, took_ms: performance.now() - started } : { id, overtaken: true });
}

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  if ("open" in data) {
    engine = open(data.open);
    engine.then((ready) => say({ offer: ready.offer }), (error: unknown) => say({ id: 0, fault: String(error) }));
    return;
  }
  newest = data.id;
  answer(data.id, data.question, data.whole).catch((error: unknown) => say({ id: data.id, fault: String(error) }));
});
