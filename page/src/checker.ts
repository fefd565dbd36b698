// A certificate's verdict from the checker in WebAssembly, which the report carries; nothing leaves this machine.

import Worker from "./checker.worker?worker&inline";

export interface Task {
  module: Uint8Array<ArrayBuffer>;
  certificate: Uint8Array<ArrayBuffer>;
}

export interface Verdict {
  accepted: boolean;
  words: string; // the statement, or why it was rejected
}

export type Said = Verdict | { boxes: number } | { fault: string };

/** How many boxes the trees of a certificate hold. */
export function boxesOf(certificate: Uint8Array): number {
  const { trees } = JSON.parse(new TextDecoder().decode(certificate)) as { trees: string[][][] };
  return trees.flat(2).reduce((sum, tree) => sum + tree.split(".").length - 1, 0);
}

/** Return the verdict; `tell` hears how many boxes were judged so far. */
export function check(task: Task, tell: (boxes: number) => void): Promise<Verdict> {
  const worker = new Worker();
  const verdict = new Promise<Verdict>((resolve, reject) => {
    worker.onerror = () => reject(new Error("the browser does not run it"));
    worker.onmessage = ({ data }: MessageEvent<Said>) => {
      if ("boxes" in data) tell(data.boxes);
      else if ("fault" in data) reject(new Error(data.fault));
      else resolve(data);
    };
    worker.postMessage(task);
  });
  return verdict.finally(() => worker.terminate());
}
