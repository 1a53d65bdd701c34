// @ts-check

/** Collects what was left out, and tells it in as few lines as can be. */
export class Notes {
  /** @type {Map<string, Set<string>>} */
  #runners = new Map();
  /** @type {Map<string, { contestant: string, reason: string, cases: string[] }>} */
  #cases = new Map();
  /** @type {string[]} */
  #results = [];

  /** What the contestants found, where they are not meant to find the same. @param {string} caseName @param {readonly string[]} found @param {string} what */
  results(caseName, found, what) {
    this.#results.push(`${caseName}, ${what}: ${found.join(", ")}.`);
  }

  /** @param {string} runner @param {string} reason */
  leftOut(runner, reason) {
    const runners = this.#runners.get(reason) ?? new Set();
    this.#runners.set(reason, runners.add(runner));
  }

  /** @param {string} contestant @param {string} caseName @param {string} reason */
  without(contestant, caseName, reason) {
    const key = `${contestant}\n${reason}`;
    const entry = this.#cases.get(key) ?? { contestant, reason, cases: [] };
    entry.cases.push(caseName);
    this.#cases.set(key, entry);
  }

  /** @returns {string[]} one sentence each */
  lines() {
    return [
      ...this.#results,
      ...[...this.#runners].map(([reason, runners]) => `Left out: ${[...runners].join(", ")}. ${sentence(reason)}`),
      ...[...this.#cases.values()].map(
        ({ contestant, reason, cases }) => `${contestant} does not do: ${cases.join("; ")}. ${sentence(reason)}`,
      ),
    ];
  }
}

/** @param {string} reason */
function sentence(reason) {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
