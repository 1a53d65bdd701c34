// @ts-check

/**
 * Shows on stderr how far the cases are and how long the rest may take: one line, redrawn on a terminal and written anew
 * for each case elsewhere.
 *
 * @param {string} benchmark
 * @param {readonly { name: string, effort: number }[]} cases
 */
export function showProgress(benchmark, cases) {
  const { isTTY } = process.stderr;
  const start = performance.now();
  const total = cases.reduce((sum, { effort }) => sum + effort, 0);
  let done = 0;
  let drawn = -1;
  return {
    /** @param {number} index of the case @param {number} share of it that is done */
    show(index, share) {
      const current = cases[index];
      if (current === undefined || (!isTTY && index === drawn)) return;
      drawn = index;
      done = cases.slice(0, index).reduce((sum, { effort }) => sum + effort, 0) + share * current.effort;
      const seconds = (performance.now() - start) / 1000;
      const left = done > 0 ? `, ${duration((seconds / done) * (total - done))} left` : "";
      const line = `${benchmark} ${index + 1}/${cases.length}  ${current.name}${left}`;
      process.stderr.write(isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
    },
    end() {
      if (isTTY) process.stderr.write("\r\u001B[2K");
    },
  };
}

/** @param {number} seconds */
function duration(seconds) {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
