// @ts-check

/** Collects what was left out, and tells it in as few lines as can be. */
export class Notes {
  /** @type {Map<string, Set<string>>} */
  #runners = new Map();
  /** @type {Map<string, { contestant: string, reason: string, cases: string[] }>} */
  #cases = new Map();
  /** @type {Map<string, { readonly contestant: string, readonly found: number, readonly values: readonly number[] | undefined }[]>} */
  #results = new Map();

  /**
   * What a contestant found, where they are not meant to find the same: a number, or a 1 or a 0 for each sample.
   *
   * @param {string} caseName with what was found
   * @param {string} contestant
   * @param {number} check
   * @param {readonly number[] | undefined} values
   */
  result(caseName, contestant, check, values) {
    const found = values === undefined ? check : values.filter((each) => each === 1).length;
    const results = this.#results.get(caseName) ?? [];
    this.#results.set(caseName, [...results, { contestant, found, values }]);
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
      ...[...this.#results].flatMap(([name, results]) => [
        `${name}: ${results.map(({ contestant, found }) => `${contestant} ${found}`).join(", ")}.`,
        ...differences(name, results),
      ]),
      ...[...this.#runners].map(([reason, runners]) => `Left out: ${[...runners].join(", ")}. ${sentence(reason)}`),
      ...[...this.#cases.values()].map(
        ({ contestant, reason, cases }) => `${contestant} does not do: ${cases.join("; ")}. ${sentence(reason)}`,
      ),
    ];
  }
}

/**
 * Which samples only one of two contestants has found.
 *
 * @param {string} name
 * @param {readonly { readonly contestant: string, readonly values: readonly number[] | undefined }[]} results
 */
function differences(name, results) {
  return results.flatMap(({ contestant, values: own = [] }, i) =>
    results.slice(i + 1).flatMap(({ contestant: other, values = [] }) => {
      /** @param {readonly number[]} a @param {readonly number[]} b */
      const only = (a, b) => [...a.keys()].filter((sample) => a[sample] === 1 && b[sample] !== 1).join(", ");
      if (own.length === 0 || values.length === 0) return [];
      const [here, there] = [only(own, values), only(values, own)];
      if (here === "" && there === "") return [];
      return [`${name}, samples: ${contestant} alone ${here || "none"}; ${other} alone ${there || "none"}.`];
    }),
  );
}

/** @param {string} reason */
function sentence(reason) {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
