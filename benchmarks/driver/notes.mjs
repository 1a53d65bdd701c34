// @ts-check

/** Collects what was left out, and tells it in as few lines as can be. */
export class Notes {
  /** @type {Map<string, Set<string>>} */
  #engines = new Map();
  /** @type {Map<string, { contestant: string, reason: string, cases: string[] }>} */
  #cases = new Map();

  /** @param {string} engine @param {string} reason */
  leftOut(engine, reason) {
    const engines = this.#engines.get(reason) ?? new Set();
    this.#engines.set(reason, engines.add(engine));
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
      ...[...this.#engines].map(([reason, engines]) => `Left out: ${[...engines].join(", ")}. ${sentence(reason)}`),
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
