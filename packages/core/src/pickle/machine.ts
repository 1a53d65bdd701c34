import { PickleBudget, COST } from "./budget.ts";
import { latin1, type PickleInput } from "./input.ts";
import { show } from "../errors.ts";
import { toBytes } from "./text.ts";
import { PickleGlobal, PickleOpaque, type PickleOptions } from "./options.ts";

const MOST_ARGUMENTS = 1000;
/** A JavaScript `Map` holds no more than 2^24 keys. */
const MOST_KEPT = 2 ** 24 - 1;

/** The stack machine that a pickle is a program for: values, marks in between, and a memo. */
export class PickleMachine {
  readonly input: PickleInput;
  readonly options: PickleOptions;
  readonly budget: PickleBudget;
  private readonly stack: unknown[] = [];
  /** How many values lie below each mark. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(input: PickleInput, options: PickleOptions) {
    this.input = input;
    this.options = options;
    this.budget = new PickleBudget(input);
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    const value = this.top();
    this.stack.length--;
    return value;
  }

  top(): unknown {
    if (this.stack.length === (this.marks.at(-1) ?? 0)) this.refuse("it takes a value from an empty stack");
    return this.stack[this.stack.length - 1];
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** All values since the last mark, which goes. */
  popToMark(): unknown[] {
    const values = this.stack.splice(this.marks.pop() ?? this.refuse("it goes back to a mark that was never set"));
    this.budget.charge(COST.array + COST.item * values.length);
    return values;
  }

  finish(): unknown {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) this.refuse("it stops with values left over");
    return value;
  }

  put(index: number = this.memo.size): void {
    if (this.memo.size >= MOST_KEPT) this.refuse(`it keeps more than ${MOST_KEPT} values`);
    this.budget.charge(COST.dictItem);
    this.memo.set(index, this.top());
  }

  get(index: number): void {
    if (!this.memo.has(index)) this.refuse(`it refers to value ${index}, which it did not keep`);
    this.push(this.memo.get(index));
  }

  array(): void {
    this.budget.charge(COST.array);
    this.push([]);
  }

  dict(): void {
    this.budget.charge(COST.dict);
    this.push(new Map());
  }

  /** Bytes as a view into the file. */
  view(bytes: Uint8Array): void {
    this.budget.charge(COST.view);
    this.push(bytes);
  }

  global(module: string, name: string): void {
    this.budget.charge(COST.object + module.length + name.length);
    const key = `${module} ${name}`;
    if (!isBytesMaker(key) && !this.isKnown(key) && !this.options.opaque) {
      const known = Object.keys(this.options.globals ?? {});
      this.refuse(
        `it calls for ${show(key)}, which is not among what may be built here (` +
          `${known.length === 0 ? "plain values" : known.join(", ")})`,
      );
    }
    this.push(new PickleGlobal(key));
  }

  /** Calls an allowed global with a tuple of arguments. */
  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    const named = callee instanceof PickleGlobal || (callee instanceof PickleOpaque && this.options.opaque === true);
    if (!named || !Array.isArray(args)) return this.refuse("it calls what is no function");
    const known = callee instanceof PickleGlobal && (isBytesMaker(callee.name) || this.isKnown(callee.name));
    if (!known) return this.opaque(callee.name);
    // No constructor takes so many, and JavaScript cannot hand on any number of them.
    if (args.length > MOST_ARGUMENTS) this.refuse(`it calls ${show(callee.name)} with ${args.length} arguments`);
    this.budget.charge(COST.object);
    for (const arg of args) this.budget.chargeSize(arg);
    if (isBytesMaker(callee.name)) return this.push(this.makeBytes(args));
    this.push(this.options.globals![callee.name]!(...args));
  }

  /** Something whose class is not known. */
  opaque(name: string): void {
    this.budget.charge(COST.object + COST.dict);
    this.push(new PickleOpaque(name));
  }

  setState(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleOpaque) {
      target.state = state;
      return;
    }
    if (!this.options.setState) return this.refuse("it sets the state of an object, which is not allowed here");
    this.budget.chargeSize(state);
    this.options.setState(target, state);
  }

  setItems(items: readonly unknown[]): void {
    const top = this.top();
    const target = top instanceof PickleOpaque ? top.items : top;
    if (!(target instanceof Map)) return this.refuse("it sets an item of something that is no dict");
    if (target.size + items.length / 2 > MOST_KEPT) this.refuse(`a dict in it has more than ${MOST_KEPT} keys`);
    if (items.length % 2 !== 0) this.refuse("a dict in it has a key without a value");
    for (let i = 0; i < items.length; i += 2) {
      // Keys that are numbers can be chosen so that they all share one place of the table; then each costs more.
      this.budget.charge(COST.dictItem + (typeof items[i] === "string" ? 0 : target.size >> 6));
      target.set(this.key(items[i]), items[i + 1]);
    }
  }

  append(items: readonly unknown[]): void {
    const target = this.top();
    // A list of a class of its own.
    if (target instanceof PickleOpaque) return;
    if (!Array.isArray(target)) return this.refuse("it appends to something that is no list");
    this.budget.charge((target.length === 0 ? COST.firstItem : 0) + COST.item * items.length);
    for (const item of items) target.push(item);
  }

  refuse(reason: string): never {
    return this.input.refuse(`${reason} (before byte ${this.input.position})`);
  }

  private isKnown(name: string): boolean {
    return Object.hasOwn(this.options.globals ?? {}, name);
  }

  private key(value: unknown): unknown {
    if (value instanceof Uint8Array) {
      this.budget.chargeSize(value);
      return latin1(value);
    }
    if (value === null || typeof value !== "object" || this.options.opaque) return value;
    return this.refuse("a dict in it has a key that is neither text, bytes nor a number");
  }

  /** How Python 3 writes bytes for protocols that have none. */
  private makeBytes(args: readonly unknown[]): Uint8Array {
    const [text = "", encoding = "latin1"] = args;
    if (typeof text !== "string" || (encoding !== "latin1" && encoding !== "latin-1")) {
      return this.refuse("it makes bytes from something that is no Latin-1 text");
    }
    return toBytes(text, this.input.refuse);
  }
}

function isBytesMaker(key: string): boolean {
  return key === "_codecs encode" || key === "__builtin__ bytes" || key === "builtins bytes";
}
