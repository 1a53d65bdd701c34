import type { Port } from "./port.ts";

/** Two ports that lead to one another: a worker in the same thread, where there are no others, and for tests. */
export function portPair(): readonly [Port, Port] {
  const listeners: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []];
  const enders: ((reason: string) => void)[] = [];
  const side = (own: 0 | 1): Port => ({
    post(message) {
      const copy = structuredClone(message);
      queueMicrotask(() => listeners[own === 0 ? 1 : 0].forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => void listeners[own].push(listener),
    onEnd: (listener) => void enders.push(listener),
    async end() {
      for (const listener of enders.splice(0)) listener("it was told to");
    },
  });
  return [side(0), side(1)];
}
