// The page's side of the engine that answers what-if questions in a worker.

import EngineWorker from "./engine/engine.worker?worker&inline";
import type { AreaAnswer, BaseAnswer, Offer, Question } from "./engine/engine";
import { through } from "./engine/kills";
import { distances, type Distance } from "./engine/limits";
import type { Alternative, Parameter, Settings } from "./engine/worlds";
import type { Asked, Said } from "./engine/engine.worker";

export type { Alternative, Parameter, Settings };
export type { AreaAnswer, BaseAnswer, Offer, Question };

/** What a question hears while it is answered: the map, coarse and then fine, and the bases. */
export interface Hears {
  area(answer: AreaAnswer, coarse: boolean): void;
  bases(answer: BaseAnswer[], took_ms: number): void;
}

/** What follows without the kernels: the clauses that are limits and, by the kill probability alone, the stated raids. */
export interface Following {
  clauses: Distance[];
  raids: { raid: string; name: string; missiles: number; through: number | null }[];
}

/** The clauses and raids that a question's settings move. */
export function following({ limits, parameters, kills, raids }: Offer, { phase, mode, settings }: Question): Following {
  const killing = { kills: kills[phase], parameters: parameters[phase] };
  return {
    clauses: distances(limits[phase], parameters[phase], settings),
    raids: raids[phase].map((r) => ({ raid: r.raid, name: r.name, missiles: r.missiles, through: through(r, mode, killing, settings) })),
  };
}

export interface Whole extends Following {
  area: AreaAnswer;
  bases: BaseAnswer[];
  took_ms: number;
  first_ms: number; // until the first map, coarse or whole
}

export class Laboratory {
  /** What may be changed, once the engine stands. */
  readonly offer: Promise<Offer>;
  private readonly worker = new EngineWorker();
  private asked = 0;
  private hears: Partial<Hears> = {};
  private settle: { resolve(done: boolean): void; reject(error: Error): void } | null = null;

  private constructor(text: string) {
    this.offer = new Promise((resolve, reject) => {
      this.worker.onerror = () => reject(new Error("the browser does not run it"));
      this.worker.onmessage = ({ data }: MessageEvent<Said>) => {
        if ("offer" in data) resolve(data.offer);
        else if (data.id === 0 && "fault" in data) reject(new Error(data.fault));
        else if (data.id === this.asked) this.hear(data);
      };
    });
    this.post({ open: text });
  }

  /** The engine of this report, or null where the report has none or the browser cannot run it. */
  static start(): Laboratory | null {
    const holder = document.getElementById("engine");
    return holder && runs() ? new Laboratory(holder.textContent ?? "") : null;
  }

  /** Ask; true when the answer is whole, false when a newer question overtook it. */
  ask(question: Question, hears: Partial<Hears>, whole = false): Promise<boolean> {
    this.forget();
    this.hears = hears;
    this.post({ id: ++this.asked, question, whole });
    return new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }

  /** Let the question that is being answered go. */
  forget(): void {
    this.settle?.resolve(false);
    this.settle = null;
    this.hears = {};
  }

  private post(asked: Asked): void {
    this.worker.postMessage(asked);
  }

  private hear(said: Exclude<Said, { offer: Offer }>): void {
    if ("area" in said) this.hears.area?.(said.area, said.coarse);
    else if ("bases" in said) {
      this.hears.bases?.(said.bases, said.took_ms);
      this.settle?.resolve(true);
    } else if ("fault" in said) this.settle?.reject(new Error(said.fault));
    else this.settle?.resolve(false);
  }
}

/** Whether this browser has what the engine needs. */
export const runs = () => typeof WebAssembly === "object" && typeof Worker === "function" && typeof DecompressionStream === "function";

/** A parameter's value with its unit. */
export function numberOf({ step, unit }: Parameter, value: number): string {
  return `${value.toFixed(step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0)} ${unit}`.trim();
}

export const words = (error: unknown) => (error instanceof Error ? error.message : String(error));
