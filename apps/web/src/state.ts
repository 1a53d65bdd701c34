import { PROBLEMS, type ProblemName } from "./compute/problems.ts";

/** What the address says: everything that a picture depends on. */
export interface PageState {
  readonly panel: PanelName;
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
  readonly values: readonly number[];
  readonly k: number;
  /** An image of the embedded test split; -1 for one's own. */
  readonly image: number;
  readonly eps: number;
  readonly attackSeed: number;
}

/** The panels of the page. */
export const PANELS = ["playground", "activations", "attack"] as const;

/** @see {@link PANELS} */
export type PanelName = (typeof PANELS)[number];

/** Learning rates that can be chosen. */
export const RATES = [0.003, 0.01, 0.03, 0.1, 0.3] as const;

/** The largest perturbation that can be chosen. */
export const MOST_EPS = 0.25;

/** The state, kept in the part of the address behind `#`. */
export interface Store {
  get(): PageState;
  /** Changes a part. A new panel is a new entry of the history; all else changes the present one. */
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
      if (next.panel !== state.panel) history.pushState(null, "", address);
      else if (address !== location.hash) replaceSoon();
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
  panel: "playground",
  backend: "auto",
  problem: "bump",
  gamma: 0.1,
  width: 128,
  layers: 2,
  rate: 0.03,
  seed: 0,
  step: -1,
  values: [0.8, -0.2, -0.4, 1.7, 1.1, 0.9],
  k: 3,
  image: 9,
  eps: 0.1,
  attackSeed: 0,
};

type Read<T> = (text: string) => T | undefined;

const FIELDS: { readonly [K in keyof PageState]: Read<PageState[K]> } = {
  panel: oneOf(PANELS),
  backend: (text) => (/^[\w:=,-]{1,80}$/.test(text) ? text : undefined),
  problem: oneOf(PROBLEMS),
  gamma: within(0.02, 0.9),
  width: whole(8, 256),
  layers: whole(1, 3),
  rate: within(1e-4, 1),
  seed: whole(0, 999_999),
  step: whole(0, 20_000),
  values: (text) => {
    const values = text.split(",").map(Number);
    return values.length === 6 && values.every((value) => Math.abs(value) <= 2) ? values : undefined;
  },
  k: whole(1, 6),
  image: whole(0, 999),
  eps: within(0, MOST_EPS),
  attackSeed: whole(0, 999_999),
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
    return name === "panel" || String(value) !== String(DEFAULTS[name as keyof PageState]);
  });
  return said.map(([name, value]) => `${name}=${String(value)}`).join("&");
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
