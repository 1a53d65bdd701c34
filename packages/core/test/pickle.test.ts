import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  InputError,
  keyedRandom,
  PickleGlobal,
  PickleOpaque,
  readPickle,
  readPickleAt,
  type PickleOptions,
} from "../src/index.ts";

/** Written by Python: fixtures/make-pickles.py. */
const PICKLES = JSON.parse(readFileSync(new URL("fixtures/pickles.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;

const pickle = (name: string): Uint8Array => new Uint8Array(Buffer.from(PICKLES[name]!, "base64"));
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

test.each([0, 1, 2, 3, 4, 5])("values that Python wrote with protocol %d come back", (protocol) => {
  expect(readPickle(pickle(`plain-${protocol}`))).toEqual([
    null, true, false, 0, 1, 255, 256, 65535, 65536, -1, -(2 ** 31), 2 ** 31, 9007199254740992n, 9007199254740994n,
    -(2n ** 80n), 1.5, -0, Infinity, -Infinity, Number.NaN, 1e-300,
  ]); // prettier-ignore
  expect(readPickle(pickle(`text-${protocol}`))).toEqual([
    "",
    "abc",
    "h\u00e9 \u2603 \u{1f600}",
    "back\\slash\nline\r\0",
    "a".repeat(300),
  ]);
  const every = Array.from({ length: 512 }, (_, i) => i & 255);
  const [empty, odd, all] = readPickle(pickle(`bytes-${protocol}`)) as Uint8Array[];
  expect([[...empty!], [...odd!], [...all!]]).toEqual([[], [0, 255, 10, 39, 92], every]);
  expect(readPickle(pickle(`nested-${protocol}`))).toEqual(
    new Map<unknown, unknown>([
      ["list", [1, [2, [3]], []]],
      ["tuple", [1, 2, 3, 4]],
      [7, new Map()],
      ["key", 1],
    ]),
  );
  const shared = readPickle(pickle(`shared-${protocol}`)) as unknown[];
  expect(shared[0]).toBe(shared[1]);
});

test.each([0, 1, 2, 3, 4, 5])("the caller's functions build what they allow, protocol %d", (protocol) => {
  const ordered = readPickle(pickle(`ordered-${protocol}`), {
    globals: { "collections OrderedDict": (items) => new Map(items as [string, number][] | undefined) },
  });
  expect([...(ordered as Map<string, number>)]).toEqual([
    ["b", 1],
    ["a", 2],
  ]);

  const states: unknown[] = [];
  const make = (...args: unknown[]) => ({ args });
  const array = readPickle(pickle(`array-${protocol}`), {
    globals: {
      "numpy.core.multiarray _reconstruct": make,
      "numpy.core.numeric _frombuffer": make,
      "numpy ndarray": make,
      "numpy dtype": make,
    },
    setState: (_, state) => states.push(state),
  }) as { args: unknown[] };
  if (protocol === 5) {
    expect(array.args[0]).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5));
  } else {
    expect(array.args[0]).toEqual(new PickleGlobal("numpy ndarray"));
    expect((states.at(-1) as unknown[])[4]).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5));
  }
});

test("the 8-bit strings of Python 2 are bytes, as keys text", () => {
  const expected = new Map([["data", Uint8Array.of(0, 255, 39, 92)]]);
  expect(readPickle(pickle("python2-protocol0"))).toEqual(expected);
  expect(readPickle(pickle("python2-protocol2"))).toEqual(expected);
});

test("a call that is not on the list is refused, whatever the list inherits", () => {
  expect(() => readPickle(pickle("evil"))).toThrow(/"posix system", which is not among .*\(plain values\)/);
  expect(() => readPickle(bytes("c\ntoString\n."), { globals: {} })).toThrow(/" toString"/);
  expect(() => readPickle(bytes("cconstructor\n\n."), { globals: {} })).toThrow(InputError);
  expect(() => readPickle(pickle("ordered-2"))).toThrow(/collections OrderedDict/);
});

test("errors stay short, whatever a file calls things", () => {
  const long = "x".repeat(1_000_000);
  const message = (text: string, options?: PickleOptions): string => {
    try {
      return String(readPickle(bytes(text), options));
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message;
    }
  };
  for (const text of [`c${long}\n${long}\n.`, `I${long}\n.`, `S${long}\n.`, `F${long}\n.`, `g${"9".repeat(900)}\n.`]) {
    expect(message(text).length).toBeLessThan(300);
  }
});

test("a call with half a million arguments is refused", () => {
  const globals = { "a b": (...args: unknown[]) => args.length };
  expect(readPickle(bytes(`ca\nb\n(${"N".repeat(1000)}tR.`), { globals })).toBe(1000);
  expect(() => readPickle(bytes(`ca\nb\n(${"N".repeat(500_000)}tR.`), { globals })).toThrow(
    expect.objectContaining({ name: "InputError", message: expect.stringMatching(/"a b" with 500000 arguments/) }),
  );
});

test("things outside the pickle are the caller's", () => {
  const file = bytes("\x80\x02(X\x01\x00\x00\x00aK\x05tQ.");
  expect(() => readPickle(file)).toThrow(/outside itself/);
  expect(readPickle(file, { persistentLoad: (id) => ({ id }) })).toEqual({ id: ["a", 5] });
});

test("pickles in a row are read one by one", () => {
  const file = bytes("..K\x07.K\x08.");
  expect(readPickleAt(file, 2)).toEqual({ value: 7, end: 5 });
  expect(readPickleAt(file, 5)).toEqual({ value: 8, end: 8 });
  expect(() => readPickle(bytes("K\x07.K\x08."))).toThrow(/3 bytes follow its end at byte 3/);
});

test.each([
  ["nothing", "", /ends after 0 bytes/],
  ["a cut number", "J\x01\x02", /4 more were announced/],
  ["a length beyond the file", "T\xff\xff\xff\x7fabc.", /2147483647 more/],
  ["a length beyond any file", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", /more were announced/],
  ["a line without an end", "I12", /does not end/],
  ["a float that takes long", `F${"1".repeat(1_000_000)}x\n.`, /no number/],
  ["no number", "Iabc\n.", /"abc" is no number/],
  ["a number that takes long", `L${"9".repeat(2000)}L\n.`, /no number/],
  ["text that is not UTF-8", "\x8c\x01\xff.", /not UTF-8/],
  ["a later protocol", "\x80\x06N.", /protocol 6/],
  ["an empty stack", "0.", /empty stack/],
  ["nothing to give", ".", /empty stack/],
  ["two values", "NN.", /left over/],
  ["a mark that is left", "(N.", /left over|empty/],
  ["no mark", "Nt.", /never set/],
  ["an unknown memo", "h\x05.", /refers to value 5/],
  ["a key without a value", "(Nd.", /without a value/],
  ["a list as key", "}]Ns.", /a key that is neither/],
  ["an item for a number", "K\x01NNs.", /no dict/],
  ["append to a number", "K\x01Na.", /no list/],
  ["a call of a value", "N)R.", /no function/],
  ["a state", "N}b.", /sets the state/],
  [
    "bytes of a snowman",
    "c_codecs\nencode\n(X\x03\x00\x00\x00\xe2\x98\x83X\x06\x00\x00\x00latin1tR.",
    /beyond Latin-1/,
  ],
  ["bytes in another encoding", "c_codecs\nencode\n(X\x01\x00\x00\x00aX\x05\x00\x00\x00utf-7tR.", /no Latin-1 text/],
  ["a set", "\x8f.", /0x8f, an instruction that is not allowed/],
  ["an old instance", "(ios\nsystem\n.", /0x69 \("i"\)/],
])("refused with a reason: %s", (_, text, reason) => {
  expect(() => readPickle(bytes(text), { source: "x.pkl" })).toThrow(reason);
  expect(() => readPickle(bytes(text), { source: "x.pkl" })).toThrow(/^x\.pkl is not a usable pickle: /);
});

test("what is not on the list comes opaque where that is asked for, with what was put into it, and is not run", () => {
  const read = (text: string): unknown => readPickle(bytes(text), { opaque: true });
  expect(readPickle(pickle("evil"), { opaque: true })).toEqual(new PickleOpaque("posix system"));
  const namespace = read("cargparse\nNamespace\n)\x81}\x8c\x02lrG?\xb9\x99\x99\x99\x99\x99\x9asb.") as PickleOpaque;
  expect([namespace.name, namespace.state]).toEqual(["argparse Namespace", new Map([["lr", 0.1]])]);
  const counter = read("ccollections\ndefaultdict\nc__builtin__\nlist\n\x85R(K\x01K\x02K\x02\x85Nu.") as PickleOpaque;
  expect([...counter.items]).toEqual([
    [1, 2],
    [[2], null],
  ]);
  // A set, a frozen set, an old instance, an object by NEWOBJ_EX, an extension, a list of a class of its own, and what a
  // method that is looked up would give.
  for (const [text, name] of [
    ["\x8f(K\x01K\x02\x90.", "builtins set"],
    ["(K\x01\x91.", "builtins frozenset"],
    ["(K\x07ia\nB\n.", "a B"],
    ["(ca\nB\nK\x07o.", "a B"],
    ["ca\nB\n)}\x92.", "a B"],
    ["\x82\x09.", "extension 9"],
    ["ca\nB\n)R(K\x01e.", "a B"],
    ["c__builtin__\ngetattr\n(ca\nB\n\x8c\x01ftR)R.", "__builtin__ getattr"],
  ] as const) {
    expect(read(text)).toMatchObject({ name });
  }
  expect(() => read("K\x01)R.")).toThrow(/no function/);
  expect(() => read("\x97.")).toThrow(/not allowed/);
});

/** Of processor time: other programs may be busy. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const MEGABYTE = 2 ** 20;
/** A list of 20,000 pairs. */
const PAIRS = `](${Array.from({ length: 20_000 }, (_, i) => `M${String.fromCharCode(i & 255, i >> 8)}N\x86`).join("")}e`;
const LONG = `T\x00\x00\x10\x00${"a".repeat(MEGABYTE)}`;
const TEXT = LONG.replace("T", "X");

test.each([
  ["dicts", "}".repeat(MEGABYTE)],
  ["dicts that go at once", "}0".repeat(MEGABYTE)],
  ["lists", "]".repeat(4 * MEGABYTE)],
  ["lists of one", "]Na".repeat(MEGABYTE)],
  ["tuples of one in each other", `N${"\x85".repeat(4 * MEGABYTE)}`],
  ["sets", "\x8f".repeat(MEGABYTE)],
  ["objects", `ca\nb\nq\x00${"h\x00)\x81".repeat(MEGABYTE / 2)}`],
  [
    "ordered dicts of the same pairs",
    `${PAIRS}q\x00ca\nb\nccollections\nOrderedDict\nq\x01${"h\x01h\x00\x85R0".repeat(20_000)}`,
  ],
  ["copies of a text", `${TEXT}q\x00c_codecs\nencode\nq\x01${"h\x01h\x00\x85R0".repeat(20_000)}`],
  ["a long key", `${LONG}q\x00}${"h\x00Ns".repeat(50_000)}`],
  ["a long name", `${TEXT}q\x00${"h\x00h\x00\x930".repeat(50_000)}`],
  [
    "states",
    `}q\x00(${Array.from({ length: 5000 }, (_, i) => `M${String.fromCharCode(i & 255, i >> 8)}N`).join("")}uh\x00${"h\x00b".repeat(50_000)}`,
  ],
])("refused before it costs much: %s again and again", (_, text) => {
  const options: PickleOptions = {
    opaque: true,
    globals: { "collections OrderedDict": (pairs) => new Map(pairs as [number, null][]) },
    setState: (object, state) => void new Map([...(object as Map<number, null>), ...(state as Map<number, null>)]),
  };
  const file = bytes(text);
  const start = process.cpuUsage();
  expect(() => readPickle(file, options)).toThrow(/ask for more memory or work than a file of that length can need/);
  expect(secondsSince(start)).toBeLessThan(3);
});

test("keys that are numbers cannot be chosen so that a dict takes forever", () => {
  // V8 spreads whole numbers by an unkeyed hash; multiples of a power of 2 are as good as any to see the charge.
  const keys = Array.from(
    { length: 65_000 },
    (_, i) => `J${String.fromCharCode(0, (i << 4) & 255, (i >> 4) & 255, i >> 12)}Ns`,
  );
  expect(() => readPickle(bytes(`}${keys.join("")}.`))).toThrow(/more memory or work/);
  expect(readPickle(bytes(`}${keys.slice(0, 40_000).join("")}.`))).toHaveProperty("size", 40_000);
});

test("any instructions, repeated any number of times, end in a value or an InputError, and soon", () => {
  const pieces = [
    "}", "]", ")", "(", "N", "0", "1", "2", "a", "e", "s", "u", "d", "t", "l", "R", "b", "o", "\x81", "\x85", "\x86", "\x87", "\x88", "\x8f",
    "\x90", "\x91", "\x92", "\x93", "\x94", "K\x01", "\x8c\x01a", "C\x02ab", "h\x00", "h\x01", "q\x00", "q\x01", "ca\nb\n", "ccollections\nOrderedDict\n", "F1\n", "I7\n",
    "L9L\n", "S'x'\n", "Vx\n", "\x8a\x02ab", "h\x02", "q\x02",
  ]; // prettier-ignore
  const globals = { "collections OrderedDict": (pairs: unknown) => new Map(pairs as []) };
  let read = 0;
  for (let i = 0; i < 300; i++) {
    const draws = keyedRandom(1, "grammar", i).uniform(new Float32Array(24), 0, 0.999999);
    let text = "";
    for (let block = 0; block < 4; block++) {
      const instructions = [...draws.subarray(6 * block, 6 * block + 5)].map(
        (u) => pieces[Math.floor(u * pieces.length)],
      );
      text += instructions.join("").repeat(Math.floor(10 ** (5 * draws[6 * block + 5]!)));
    }
    const start = process.cpuUsage();
    try {
      readPickle(bytes(`${text}.`), { opaque: true, globals, setState: () => {} });
      read++;
    } catch (error) {
      // What a global of the caller's throws is the caller's.
      if (!(error instanceof TypeError && /iterable|entry object/i.test(error.message)))
        expect(error).toBeInstanceOf(InputError);
    }
    expect([i, secondsSince(start) < 3]).toEqual([i, true]);
  }
  expect(read).toBeLessThan(300);
});

test("damage anywhere ends in a value or an InputError, never in anything else", () => {
  const options: PickleOptions = { globals: { "collections OrderedDict": () => new Map() }, setState: () => {} };
  const names = Object.keys(PICKLES);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
      (name, at, to, cut) => {
        const file = pickle(name);
        file[at % file.length] = to;
        const damaged = cut ? file.subarray(0, at % file.length) : file;
        try {
          readPickle(damaged, options);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
