import { checkedTable, type TableData } from "./table-data.ts";

/** The table as a LaTeX `tabular` with the rules of `booktabs`; a cell's detail is small behind it. */
export function latex(data: TableData): string {
  const { columns, rows } = checkedTable(data);
  const cell = (text: string, detail: string): string =>
    detail === "" ? escaped(text) : `${escaped(text)} {\\scriptsize ${escaped(detail)}}`;
  const line = (cells: readonly string[]): string => `    ${cells.join(" & ")} \\\\`;
  return [
    ...(data.caption === undefined ? [] : [`% ${data.caption.replaceAll(/\s+/g, " ")}`]),
    `\\begin{tabular}{${columns.map(({ align }) => align[0]).join("")}}`,
    "    \\toprule",
    line(columns.map(({ title, detail }) => cell(title, detail))),
    "    \\midrule",
    ...rows.map((row) => line(row.map(({ text, detail }) => cell(text, detail)))),
    "    \\bottomrule",
    "\\end{tabular}",
  ].join("\n");
}

const SIGNS: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  γ: "$\\gamma$",
  ε: "$\\varepsilon$",
  "–": "--",
  "−": "$-$",
  "<": "$<$",
  ">": "$>$",
};

function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replace(/[\\~^γε–−<>#$%&_{}]/g, (sign) => SIGNS[sign] ?? `\\${sign}`)
    .replaceAll(" \\%", "\\,\\%");
}
