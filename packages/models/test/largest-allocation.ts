/** Notes the most bytes that one typed array asks for, until told to stop. */
export function watchAllocations(): { stop(): number } {
  let largest = 0;
  const former = { Float32Array, Int32Array, Uint8Array };
  const watch = <T extends (typeof former)[keyof typeof former]>(type: T): T =>
    new Proxy(type, {
      construct(target, args: unknown[]) {
        if (typeof args[0] === "number") largest = Math.max(largest, args[0] * target.BYTES_PER_ELEMENT);
        return Reflect.construct(target, args) as object;
      },
    });
  Object.assign(globalThis, {
    Float32Array: watch(former.Float32Array),
    Int32Array: watch(former.Int32Array),
    Uint8Array: watch(former.Uint8Array),
  });
  return {
    stop() {
      Object.assign(globalThis, former);
      return largest;
    },
  };
}
