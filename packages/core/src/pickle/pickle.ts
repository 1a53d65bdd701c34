import { PickleInput } from "./input.ts";
import { PickleMachine } from "./machine.ts";
import { pickleOpcodes, showOpcode } from "./opcodes.ts";
import type { PickleOptions, Refuse } from "./options.ts";
import { InputError } from "../errors.ts";

export { PickleGlobal, PickleOpaque, type PickleOptions } from "./options.ts";

/**
 * Reads a Python pickle, protocols 0 to 5, without running anything: the only calls are those of `globals`, the caller's
 * own functions, and the way in which Python 3 writes bytes for old protocols (`_codecs encode` to Latin-1, `bytes()`). `None` becomes `null`; a whole number a `number`, or a `bigint` where that would lose digits; `str` a
 * string; `bytes`, `bytearray` and the `str` of Python 2 a `Uint8Array` (a view into `bytes` where possible); lists and
 * tuples arrays; a dict a `Map`, a key of bytes in it a Latin-1 string. Sets and other objects are refused, or come as
 * {@link PickleOpaque} where the options say so. As in Python a list or dict can hold itself.
 *
 * Memory and work are bounded by a multiple of the length, whatever the instructions are: a pickle that repeats calls or
 * fills the stack is refused.
 *
 * @throws InputError that says what is wrong, and where; so does a global that is not on the list
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions = {}): unknown {
  const { value, end } = readPickleAt(bytes, 0, options);
  if (end !== bytes.length) {
    refuser(options.source)(`${bytes.length - end} bytes follow its end at byte ${end}`);
  }
  return value;
}

/**
 * {@link readPickle} of one that begins at `start` and may be followed by other things.
 *
 * @returns the value, and where the pickle ended
 */
export function readPickleAt(
  bytes: Uint8Array,
  start: number,
  options: PickleOptions = {},
): { readonly value: unknown; readonly end: number } {
  const refuse: Refuse = refuser(options.source);
  const input = new PickleInput(bytes, start, refuse);
  const machine = new PickleMachine(input, options);
  const opcodes = pickleOpcodes(options.opaque ?? false);
  for (;;) {
    const opcode = input.uint8();
    if (opcode === STOP) return { value: machine.finish(), end: input.position };
    const run = opcodes[opcode];
    if (!run) refuse(`byte ${input.position - 1} is ${showOpcode(opcode)}, an instruction that is not allowed here`);
    run(machine);
  }
}

const STOP = 0x2e;

function refuser(source = "the pickle"): Refuse {
  return (reason) => {
    throw new InputError(`${source} is not a usable pickle: ${reason}.`);
  };
}
