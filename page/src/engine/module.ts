// The engagement kernels in WebAssembly, and their arguments laid out in its memory. builders/engine.py is the other side.

export interface Argument {
  name: string;
  kind: "array" | "f8" | "i8";
  dimensions?: number;
  item?: number;
  fields?: [name: string, kind: "f8" | "i8", at: number][];
}

/** An array in the module's memory, its rows one after another. */
export interface Placed {
  pointer: number;
  shape: number[];
}

export type Values = Record<string, number | Placed>;

interface Exports {
  memory: WebAssembly.Memory;
  _initialize?(): void;
  take(bytes: number): number;
  mark(): number;
  back_to(top: number): void;
  run(block: number, ret: number, exc: number): number;
}

const SLOT = 8;
/** Paths that one call takes: as many as one thread of the native engine. */
export const SHARE = 64;

export class Module {
  private readonly exports: Exports;
  private readonly block: number;
  private readonly spare: number;

  private constructor(instance: WebAssembly.Instance, readonly layout: Argument[]) {
    this.exports = instance.exports as unknown as Exports;
    this.exports._initialize?.();
    this.block = this.exports.take(SLOT * layout.reduce((sum, a) => sum + slots(a), 0));
    this.spare = this.exports.take(2 * 64);
  }

  static async open(bytes: BufferSource, layout: Argument[]): Promise<Module> {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Module(instance, layout);
  }

  /** The columns of a table's rows: where each lies, in bytes. */
  columns(name: string): Record<string, number> {
    const { fields } = this.argument(name);
    return Object.fromEntries((fields ?? []).map(([column, , at]) => [column, at]));
  }

  /** Bytes of a row of a table. */
  item(name: string): number {
    return this.argument(name).item ?? SLOT;
  }

  /** Put bytes into memory; they stay until `back` frees what lies above a mark. */
  put(bytes: Uint8Array, shape: number[]): Placed {
    const placed = this.room(bytes.length, shape);
    new Uint8Array(this.exports.memory.buffer, placed.pointer, bytes.length).set(bytes);
    return placed;
  }

  room(bytes: number, shape: number[]): Placed {
    return { pointer: this.exports.take(Math.max(bytes, SLOT)), shape };
  }

  mark(): number {
    return this.exports.mark();
  }

  back(top: number): void {
    this.exports.back_to(top);
  }

  /** A look at memory, valid until more of it is taken. */
  view(pointer: number, bytes: number): DataView {
    return new DataView(this.exports.memory.buffer, pointer, bytes);
  }

  /** Run the kernel over paths from `start` up to `stop`, with the arguments by name. */
  run(values: Values, start: number, stop: number): void {
    const top = this.mark();
    for (let from = start; from < stop; from += SHARE) {
      this.fill({ ...values, start: from, stop: Math.min(stop, from + SHARE) });
      if (this.exports.run(this.block, this.spare, this.spare + 64) !== 0) throw new Error("the engine failed");
      this.back(top);
    }
  }

  private argument(name: string): Argument {
    const found = this.layout.find((a) => a.name === name);
    if (!found) throw new Error(`the engine takes no ${name}`);
    return found;
  }

  private fill(values: Values): void {
    const total = this.layout.reduce((sum, a) => sum + slots(a), 0);
    const block = this.view(this.block, SLOT * total);
    let at = 0;
    const whole = (value: number) => {
      block.setBigInt64(at, BigInt(value), true);
      at += SLOT;
    };
    for (const argument of this.layout) {
      const value = values[argument.name];
      if (value === undefined) throw new Error(`the engine lacks ${argument.name}`);
      if (typeof value === "number") {
        if (argument.kind === "i8") whole(value);
        else {
          block.setFloat64(at, value, true);
          at += SLOT;
        }
        continue;
      }
      const item = argument.item ?? SLOT, { shape, pointer } = value;
      const strides = shape.map((_, i) => item * shape.slice(i + 1).reduce((a, b) => a * b, 1));
      [0, 0, shape.reduce((a, b) => a * b, 1), item, pointer, ...shape, ...strides].forEach(whole);
    }
  }
}

function slots(argument: Argument): number {
  return argument.kind === "array" ? 5 + 2 * (argument.dimensions ?? 1) : 1;
}
