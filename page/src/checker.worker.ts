// Runs the checker of certificates beside the page, which stays alive meanwhile. checkers/rust/src/wasm.rs is the other side.

import type { Said, Task } from "./checker";

interface Checker {
  memory: WebAssembly.Memory;
  equipoise_room(length: number): number;
  equipoise_check(room: number, length: number): number;
}

const say = (said: Said) => postMessage(said);

async function check({ module, certificate }: Task): Promise<Said> {
  const page = { boxes_checked: (boxes: number) => say({ boxes }) };
  const { instance } = await WebAssembly.instantiate(module, { page });
  const { memory, equipoise_room, equipoise_check } = instance.exports as unknown as Checker;
  const room = equipoise_room(certificate.length);
  if (!room) return { fault: "there is no memory for it" };
  new Uint8Array(memory.buffer, room, certificate.length).set(certificate);
  const at = equipoise_check(room, certificate.length);
  const answer = new DataView(memory.buffer, at);
  const words = new TextDecoder().decode(new Uint8Array(memory.buffer, at + 5, answer.getUint32(1, true)));
  return { accepted: answer.getUint8(0) === 1, words };
}

addEventListener("message", async ({ data }: MessageEvent<Task>) => {
  say(await check(data).catch((error: unknown) => ({ fault: String(error) })));
});
