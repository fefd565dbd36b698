// The engagement kernels in WebAssembly, and their arguments laid out in its memory. builders/engine.py is the other side.

export interface Argument {
  name: string;
  kind: "array" | "f8" | "i8";
  dimensions?: number;
  item?: number;
  dtype?: string;
  fields?: [name: string, kind: "f8" | "i8", at: number][];
}

/** What the module takes, and how many samples, spells and stretches it remembers of a path. */
export interface Layout {
  arguments: Argument[];
  room: { samples: number; spells: number; stretches: number };
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
const PAGE = 65_536;

export class Module {
  private readonly exports: Exports;
  private readonly block: number;
  private readonly spare: number;

  private constructor(instance: WebAssembly.Instance, private readonly layout: Layout) {
    this.exports = instance.exports as unknown as Exports;
    this.exports._initialize?.();
    this.block = this.exports.take(this.blockBytes);
    this.spare = this.exports.take(2 * 64);
  }

  static async open(bytes: BufferSource, layout: Layout): Promise<Module> {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Module(instance, layout);
  }

  /** How much is remembered of a path. */
  get room(): Layout["room"] {
    return this.layout.room;
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
    const placed = this.place(bytes.length, shape);
    new Uint8Array(this.exports.memory.buffer, placed.pointer, bytes.length).set(bytes);
    return placed;
  }

  place(bytes: number, shape: number[]): Placed {
    return { pointer: this.exports.take(Math.max(bytes, SLOT)), shape };
  }

  /** Whether the browser gives so many bytes more. */
  grown(bytes: number): boolean {
    const lacking = this.mark() + bytes + PAGE - this.exports.memory.buffer.byteLength;
    try {
      if (lacking > 0) this.exports.memory.grow(Math.ceil(lacking / PAGE));
      return true;
    } catch {
      return false;
    }
  }

  /** Whether an array holds whole numbers. */
  whole(name: string): boolean {
    return this.argument(name).dtype === "i8";
  }

  /** An array of whole numbers, the lower and the upper half of each, valid until more memory is taken. */
  halves({ pointer, shape }: Placed): Int32Array {
    return new Int32Array(this.exports.memory.buffer, pointer, 2 * shape.reduce((a, b) => a * b, 1));
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

  /** Run the kernel for the paths from `start` to `stop`, so many at a time, with the other arguments by name; what it takes of memory is given back. */
  run(values: Values, start: number, stop: number, strip: number): void {
    const top = this.mark(), first = this.at("start"), last = this.at("stop");
    this.fill({ ...values, start, stop });
    for (let from = start; from < stop; from += strip) {
      const block = this.view(this.block, this.blockBytes); // memory may have grown
      whole(block, first, from);
      whole(block, last, Math.min(from + strip, stop));
      if (this.exports.run(this.block, this.spare, this.spare + 64) !== 0) throw new Error("the engine failed");
      this.back(top);
    }
  }

  private get blockBytes(): number {
    return SLOT * this.layout.arguments.reduce((sum, a) => sum + slots(a), 0);
  }

  private argument(name: string): Argument {
    const found = this.layout.arguments.find((a) => a.name === name);
    if (!found) throw new Error(`the engine takes no ${name}`);
    return found;
  }

  /** Where an argument lies in the block, in bytes. */
  private at(name: string): number {
    const { arguments: all } = this.layout;
    return SLOT * all.slice(0, all.findIndex((a) => a.name === name)).reduce((sum, a) => sum + slots(a), 0);
  }

  private fill(values: Values): void {
    const block = this.view(this.block, this.blockBytes);
    let at = 0;
    const put = (value: number) => {
      whole(block, at, value);
      at += SLOT;
    };
    for (const argument of this.layout.arguments) {
      const value = values[argument.name];
      if (value === undefined) throw new Error(`the engine lacks ${argument.name}`);
      if (typeof value === "number") {
        if (argument.kind === "i8") put(value);
        else {
          block.setFloat64(at, value, true);
          at += SLOT;
        }
        continue;
      }
      const item = argument.item ?? SLOT, { shape, pointer } = value;
      const strides = shape.map((_, i) => item * shape.slice(i + 1).reduce((a, b) => a * b, 1));
      [0, 0, shape.reduce((a, b) => a * b, 1), item, pointer, ...shape, ...strides].forEach(put);
    }
  }
}

/** Write a whole number of 64 bits. */
function whole(block: DataView, at: number, value: number): void {
  block.setInt32(at, value | 0, true); // a pointer has 32 bits
  block.setInt32(at + SLOT / 2, value < 0 ? -1 : 0, true);
}

function slots(argument: Argument): number {
  return argument.kind === "array" ? 5 + 2 * (argument.dimensions ?? 1) : 1;
}
