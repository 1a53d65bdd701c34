import { epsText } from "@kwta/core";
import type { ResultRate, ResultRow } from "@kwta/sweep";
import type { TableCell, TableData } from "@kwta/viz";

/** The results of a sweep as a table: a column for each setting that differs, one for each number. */
export function resultsTable(rows: readonly ResultRow[]): TableData {
  const whole = rows.filter(({ settings }) => settings["range"] === undefined);
  const flat = whole.map(settingsOf);
  const names = [...new Set(flat.flatMap((each) => Object.keys(each)))];
  const differs = (command: string, name: string): boolean => {
    return new Set(flat.flatMap((each, i) => (whole[i]!.command === command ? [each[name]] : []))).size > 1;
  };
  const axes = names.filter((name) => differs("train", name) || differs("evaluate", name));
  const epsilons = [...new Set(whole.flatMap(({ robust = [] }) => robust.map(({ eps }) => eps)))].sort((a, b) => a - b);
  return {
    columns: ["job", ...axes, "clean", ...epsilons.map((eps) => `at ${epsText(eps)}`)],
    rows: whole.map((row, i) => [
      row.command,
      ...axes.map((name) => flat[i]![name] ?? null),
      row.clean === undefined ? share(row.testAccuracy) : rateCell(row.clean),
      ...epsilons.map((eps) => {
        const at = row.robust?.find((each) => each.eps === eps);
        return at === undefined ? null : rateCell(at.accuracy);
      }),
    ]),
    sortable: true,
  };
}

/** Those of the training by their names, those of its evaluation too where they are others. */
function settingsOf({ settings, training, model }: ResultRow): Readonly<Record<string, string>> {
  if (training === undefined) return { ...(model !== undefined && { model }), ...settings };
  const own = Object.entries(settings).map(([name, value]) => [name in training ? `attack's ${name}` : name, value]);
  return { ...training, ...(Object.fromEntries(own) as Record<string, string>) };
}

function share(value: number | undefined): TableCell {
  return value === undefined ? null : `${(100 * value).toFixed(1)} %`;
}

function rateCell({ value, low, high }: ResultRate): TableCell {
  const percent = (each: number): string => (100 * each).toFixed(0);
  return { text: `${percent(value)} %`, detail: `${percent(low)}–${percent(high)}`, share: value };
}
