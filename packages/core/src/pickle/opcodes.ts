import { COST } from "./budget.ts";
import { latin1 } from "./input.ts";
import type { PickleMachine } from "./machine.ts";
import { PickleGlobal } from "./options.ts";
import { decodeWhole, parseFloating, parseWhole } from "./numbers.ts";
import { parseQuoted, parseRawUnicode } from "./text.ts";

type Opcode = (m: PickleMachine) => void;

const numbers: Readonly<Record<number, Opcode>> = {
  [code("I")]: (m) => m.push(parseInteger(m)),
  [code("L")]: (m) => m.push(parseWhole(m.input.line(), m.input.refuse)),
  [code("F")]: (m) => m.push(parseFloating(m.input.line(), m.input.refuse)),
  [code("J")]: (m) => m.push(m.input.int32()),
  [code("K")]: (m) => m.push(m.input.uint8()),
  [code("M")]: (m) => m.push(m.input.uint16()),
  [code("G")]: (m) => m.push(m.input.float64()),
  0x8a: (m) => m.push(decodeWhole(m.input.take(m.input.uint8()), m.input.refuse)),
  0x8b: (m) => m.push(decodeWhole(m.input.take(m.input.uint32()), m.input.refuse)),
};

const texts: Readonly<Record<number, Opcode>> = {
  [code("V")]: (m) => m.push(parseRawUnicode(m.input.line(), m.input.refuse)),
  [code("X")]: (m) => m.push(m.input.utf8(m.input.uint32())),
  0x8c: (m) => m.push(m.input.utf8(m.input.uint8())),
  0x8d: (m) => m.push(m.input.utf8(m.input.uint64())),
  [code("S")]: (m) => m.view(parseQuoted(m.input.line(), m.input.refuse)),
  [code("T")]: (m) => m.view(m.input.take(m.input.uint32())),
  [code("U")]: (m) => m.view(m.input.take(m.input.uint8())),
  [code("B")]: (m) => m.view(m.input.take(m.input.uint32())),
  [code("C")]: (m) => m.view(m.input.take(m.input.uint8())),
  0x8e: (m) => m.view(m.input.take(m.input.uint64())),
  0x96: (m) => m.view(m.input.take(m.input.uint64())),
};

const containers: Readonly<Record<number, Opcode>> = {
  [code("]")]: (m) => m.array(),
  [code("l")]: (m) => m.push(m.popToMark()),
  [code("a")]: (m) => {
    const value = m.pop();
    m.append([value]);
  },
  [code("e")]: (m) => m.append(m.popToMark()),
  [code(")")]: (m) => m.array(),
  [code("t")]: (m) => m.push(m.popToMark()),
  0x85: (m) => m.push(lastOf(m, 1)),
  0x86: (m) => m.push(lastOf(m, 2)),
  0x87: (m) => m.push(lastOf(m, 3)),
  [code("}")]: (m) => m.dict(),
  [code("d")]: (m) => {
    const items = m.popToMark();
    m.dict();
    m.setItems(items);
  },
  [code("s")]: (m) => m.setItems(lastOf(m, 2)),
  [code("u")]: (m) => m.setItems(m.popToMark()),
};

const rest: Readonly<Record<number, Opcode>> = {
  0x80: (m) => {
    const protocol = m.input.uint8();
    if (protocol > 5) m.refuse(`it is of protocol ${protocol}; 0 to 5 are read`);
  },
  // A frame only says how much may be read at once.
  0x95: (m) => void m.input.uint64(),
  [code("N")]: (m) => m.push(null),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  [code("(")]: (m) => m.mark(),
  [code("0")]: (m) => void m.pop(),
  [code("1")]: (m) => void m.popToMark(),
  [code("2")]: (m) => m.push(m.top()),
  [code("p")]: (m) => m.put(memoIndex(m)),
  [code("q")]: (m) => m.put(m.input.uint8()),
  [code("r")]: (m) => m.put(m.input.uint32()),
  0x94: (m) => m.put(),
  [code("g")]: (m) => m.get(memoIndex(m)),
  [code("h")]: (m) => m.get(m.input.uint8()),
  [code("j")]: (m) => m.get(m.input.uint32()),
};

const objects: Readonly<Record<number, Opcode>> = {
  [code("c")]: (m) => m.global(m.input.line(), m.input.line()),
  0x93: (m) => {
    const [module, name] = lastOf(m, 2);
    if (typeof module !== "string" || typeof name !== "string") return m.refuse("it names a global by other than text");
    m.global(module, name);
  },
  [code("R")]: (m) => m.reduce(),
  // Making an object of a class is a call of that class here: both are on the caller's list or refused.
  0x81: (m) => m.reduce(),
  [code("b")]: (m) => m.setState(),
  [code("P")]: (m) => load(m, m.input.line()),
  [code("Q")]: (m) => load(m, m.pop()),
};

/** Ways to make what is no plain value and not among the globals either. */
const strangers: Readonly<Record<number, Opcode>> = {
  [code("i")]: (m) => {
    const name = `${m.input.line()} ${m.input.line()}`;
    m.popToMark();
    m.opaque(name);
  },
  [code("o")]: (m) => {
    const [type] = m.popToMark();
    m.opaque(type instanceof PickleGlobal ? type.name : "object");
  },
  0x82: (m) => m.opaque(`extension ${m.input.uint8()}`),
  0x83: (m) => m.opaque(`extension ${m.input.uint16()}`),
  0x84: (m) => m.opaque(`extension ${m.input.int32()}`),
  // An object of a class, from arguments by position and by name.
  0x92: (m) => {
    m.pop();
    m.reduce();
  },
  0x8f: (m) => m.opaque("builtins set"),
  0x90: (m) => void m.popToMark(),
  0x91: (m) => {
    m.popToMark();
    m.opaque("builtins frozenset");
  },
};

const allowed: Readonly<Record<number, Opcode>> = { ...numbers, ...texts, ...containers, ...rest, ...objects };
const withStrangers: Readonly<Record<number, Opcode>> = { ...allowed, ...strangers };

/**
 * What each opcode does. Those that are missing are refused: buffers that lie elsewhere always; sets, extensions, `INST` and
 * `OBJ` unless they may come opaque.
 */
export function pickleOpcodes(opaque: boolean): Readonly<Record<number, Opcode>> {
  return opaque ? withStrangers : allowed;
}

/** The name of an opcode for people. */
export function showOpcode(opcode: number): string {
  const hex = `0x${opcode.toString(16).padStart(2, "0")}`;
  return opcode > 0x20 && opcode < 0x7f ? `${hex} (${JSON.stringify(latin1(Uint8Array.of(opcode)))})` : hex;
}

function code(character: string): number {
  return character.charCodeAt(0);
}

/** The last `count` values, the oldest first. */
function lastOf(m: PickleMachine, count: number): unknown[] {
  m.budget.charge(COST.array + COST.item * count);
  const values = new Array<unknown>(count);
  for (let i = count - 1; i >= 0; i--) values[i] = m.pop();
  return values;
}

/** Protocol 0 and 1 write booleans as `01` and `00`. */
function parseInteger(m: PickleMachine): number | bigint | boolean {
  const text = m.input.line();
  return text === "01" ? true : text === "00" ? false : parseWhole(text, m.input.refuse);
}

function memoIndex(m: PickleMachine): number {
  return Number(parseWhole(m.input.line(), m.input.refuse));
}

function load(m: PickleMachine, id: unknown): void {
  if (!m.options.persistentLoad) return m.refuse("it refers to something outside itself, which is not allowed here");
  m.budget.charge(COST.object);
  m.push(m.options.persistentLoad(id));
}
