/**
 * Places in the memory that the threads talk through, in words of 32 bits. Those that are written often lie in cache lines
 * of their own.
 */
export const WORDS = {
  /** Goes up when there is something to do; threads wait for that. */
  sequence: 0,
  /** How many chunks nobody has taken yet; threads take them by counting down. */
  left: 16,
  /** How many chunks are done. */
  done: 32,
  /** How many chunks there are, of which function, and the address of its parameters. */
  count: 48,
  function: 49,
  parameters: 50,
  /** Where the scratch memory of the first thread begins, and how many bytes each has. */
  scratch: 51,
  scratchSize: 52,
  /** Not 0 when a function has failed. */
  failed: 53,
  /** Not 0 while the threads are to look for messages. */
  paused: 54,
  size: 64,
} as const;

/** How often a thread looks for more work before it goes to sleep: about a tenth of a millisecond. */
const SPINS = 5000;

/**
 * What a thread runs, after `port` (where its messages go) and `listen` (which is given what to do with those it gets) have
 * been defined. As text, because a worker starts from nothing else everywhere.
 *
 * A chunk is taken before its description is read: that cannot change while the chunk is not done, and to count down from
 * zero takes none. The sequence is read before anything else: what it announces is then either seen or keeps the thread from
 * going to sleep.
 */
export const THREAD_CODE: string = `
const W = ${JSON.stringify(WORDS)};
const functions = [];
let words, memory, index;
listen((message) => {
  if (message.memory) {
    ({ memory, index } = message);
    words = new Int32Array(memory.buffer, message.control, W.size);
  }
  if (message.module) {
    const { exports } = new WebAssembly.Instance(message.module, { env: { memory } });
    functions.push(...message.names.map((name) => exports[name]));
    port.postMessage("ready");
  } else {
    compute();
  }
});
function compute() {
  for (;;) {
    const sequence = Atomics.load(words, W.sequence);
    if (Atomics.load(words, W.paused)) return;
    for (let left; (left = Atomics.sub(words, W.left, 1)) > 0; ) {
      const count = words[W.count];
      try {
        functions[words[W.function]](words[W.parameters], count - left, words[W.scratch] + index * words[W.scratchSize]);
      } catch {
        Atomics.store(words, W.failed, 1);
      }
      if (Atomics.add(words, W.done, 1) + 1 === count) Atomics.notify(words, W.done);
    }
    for (let i = 0; i < ${SPINS} && Atomics.load(words, W.sequence) === sequence; i++);
    Atomics.wait(words, W.sequence, sequence);
  }
}
`;
