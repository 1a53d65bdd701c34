import { CARD_NAMES, type CardName } from "./attack/duel-names.ts";
import { unpackImage } from "./attack/pack-image.ts";
import { PROBLEMS, type ProblemName } from "./compute/problems.ts";

/** What the address says: everything that a picture depends on. */
export interface PageState {
  /** Where the reader is. */
  readonly section: SectionName;
  /** A backend spec, or `"auto"`. */
  readonly backend: string;
  readonly problem: ProblemName;
  readonly gamma: number;
  readonly width: number;
  readonly layers: number;
  readonly rate: number;
  readonly seed: number;
  /** Where the training stands; -1 when it runs by itself. */
  readonly step: number;
  /** Whether classes are shown without how sure the net is of them. */
  readonly hard: boolean;
  /** Where the curves are probed, from -1.1 to 1.1. */
  readonly probe: number;
  readonly values: readonly number[];
  readonly k: number;
  /** An image of the embedded test split; -1 for one's own. */
  readonly image: number;
  readonly eps: number;
  readonly attackSeed: number;
  /** The reader's own image as `packImage` has it; empty for an embedded one. */
  readonly own: string;
  /** Which point of the attacks is shown; -1 for the last. */
  readonly point: number;
  /** Towards the end of which attack the k-WTA net's logits are shown. */
  readonly towards: CardName;
  /** The attack that the reader chose, as `kwta evaluate --attack` has it. */
  readonly attack: string;
  /** Images of the race. */
  readonly images: number;
  /** Whether k-WTA's landscape is shown as the gate has it. */
  readonly melted: boolean;
}

/** The sections of the page, from top to bottom. */
export const SECTIONS = ["hero", "winners", "training", "landscapes", "attack", "so-what"] as const;

/** @see {@link SECTIONS} */
export type SectionName = (typeof SECTIONS)[number];

/** The largest perturbation that can be chosen. */
export const MOST_EPS = 0.25;

/** The state, kept in the part of the address behind `#`. */
export interface Store {
  get(): PageState;
  /** Changes a part, and the present entry of the history with it. */
  set(change: Partial<PageState>): void;
  /** Calls `f` now, and whenever the state changes: by `set`, by the back button, or by a hand that edits the address. */
  follow(f: (state: PageState) => void): void;
}

/** Reads the address; what it does not say, or says wrongly, is as {@link DEFAULTS} have it. */
export function openStore(): Store {
  let state = parse(location.hash);
  const followers: ((state: PageState) => void)[] = [];
  const tell = (): void => followers.forEach((f) => f(state));
  addEventListener("popstate", () => {
    state = parse(location.hash);
    tell();
  });
  return {
    get: () => state,
    set(change) {
      const next = { ...state, ...change };
      const address = `#${format(next)}`;
      if (address !== location.hash) replaceSoon();
      state = next;
      tell();
    },
    follow(f) {
      followers.push(f);
      f(state);
    },
  };

  /** Browsers refuse more than some hundred changes of the address in half a minute. */
  function replaceSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", `#${format(state)}`), 250);
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** What the page shows by itself. */
export const DEFAULTS: PageState = {
  section: "hero",
  backend: "auto",
  problem: "bump",
  gamma: 0.1,
  width: 128,
  layers: 2,
  rate: 0.03,
  seed: 0,
  step: -1,
  hard: false,
  probe: 0.45,
  values: [0.8, -0.2, -0.4, 1.7, 1.1, 0.9],
  k: 3,
  image: 9,
  eps: 0.1,
  attackSeed: 0,
  own: "",
  point: -1,
  towards: "kwta-gate",
  attack: "apgd",
  images: 100,
  melted: false,
};

type Read<T> = (text: string) => T | undefined;

const FIELDS: { readonly [K in keyof PageState]: Read<PageState[K]> } = {
  section: oneOf(SECTIONS),
  backend: (text) => (/^[\w:=,-]{1,80}$/.test(text) ? text : undefined),
  problem: oneOf(PROBLEMS),
  gamma: within(0.02, 0.9),
  width: whole(8, 256),
  layers: whole(1, 3),
  rate: within(1e-4, 1),
  seed: whole(0, 999_999),
  step: whole(0, 20_000),
  hard: flag,
  probe: within(-1.1, 1.1),
  values: (text) => {
    const values = text.split(",").map(Number);
    return values.length === 6 && values.every((value) => Math.abs(value) <= 2) ? values : undefined;
  },
  k: whole(1, 6),
  image: whole(0, 999),
  eps: within(0, MOST_EPS),
  attackSeed: whole(0, 999_999),
  own: (text) => (text === "" || unpackImage(text) ? text : undefined),
  point: whole(0, 100_000),
  towards: oneOf(CARD_NAMES),
  attack: (text) => (/^[\w:=,.+/() -]{1,300}$/.test(text) ? text : undefined),
  images: whole(40, 1000),
  melted: flag,
};

/** @see {@link openStore} */
export function parse(hash: string): PageState {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const read = Object.entries(FIELDS).map(([name, field]) => {
    const text = given.get(name);
    const value = text === null ? undefined : (field as Read<unknown>)(text);
    return [name, value ?? DEFAULTS[name as keyof PageState]];
  });
  return Object.fromEntries(read) as PageState;
}

/** The inverse of {@link parse}, without what is the default anyway. */
export function format(state: PageState): string {
  const said = Object.entries(state).filter(([name, value]) => {
    return String(value) !== String(DEFAULTS[name as keyof PageState]);
  });
  return said
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(String(value)).replace(/%(3A|3D|2C|28|29)/g, decodeURIComponent)}`,
    )
    .join("&");
}

function flag(text: string): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

function oneOf<const T extends string>(names: readonly T[]): Read<T> {
  return (text) => names.find((name) => name === text);
}

function within(low: number, high: number): Read<number> {
  return (text) => {
    const value = Number(text);
    return text.trim() !== "" && value >= low && value <= high ? value : undefined;
  };
}

function whole(low: number, high: number): Read<number> {
  const read = within(low, high);
  return (text) => {
    const value = read(text);
    return Number.isInteger(value) ? value : undefined;
  };
}
