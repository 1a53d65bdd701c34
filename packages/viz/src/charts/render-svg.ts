import type { Loader, LoggerInterface } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { escapeHtml, withoutControls } from "../text/escape-html.ts";

/**
 * Draws a Vega-Lite specification as SVG text, without DOM and without canvas. The same specification gives the same
 * text, byte for byte. Coordinates are rounded to a hundredth of a pixel, ids carry a hash of the picture, so that
 * many pictures can stand in one page, and the specification's `description` is there for screen readers.
 *
 * Vega is loaded at the first call. Data must stand in the specification: nothing is fetched.
 *
 * @throws Error when Vega cannot draw the specification
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const problems: string[] = [];
  const logger = quietLogger(problems);
  const { spec: compiled } = vegaLite.compile(spec, { logger });
  const loader = closedLoader(vega.loader(), problems);
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger, loader });
  const svg = await view.toSVG();
  view.finalize();
  if (problems.length > 0) throw new Error(`The chart could not be drawn: ${problems.join("; ")}.`);
  return finish(svg, typeof spec.description === "string" ? spec.description : "Chart");
}

/** Vega only warns of data that could not be loaded; here it is an error. */
function closedLoader(loader: Loader, problems: string[]): Loader {
  const refuse = async (uri: string): Promise<string> => {
    const problem = `it asks for ${uri}, but its data must stand in the specification`;
    problems.push(problem);
    throw new Error(problem);
  };
  return { ...loader, load: refuse, http: refuse, file: refuse };
}

/** Warnings are dropped, errors kept: a library does not print. */
function quietLogger(problems: string[]): LoggerInterface {
  const logger = {
    level: () => logger,
    error: (...input: readonly unknown[]) => {
      problems.push(input.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  } as LoggerInterface;
  return logger;
}

const tags = /<[^>]+>/g;
const geometry = / (d|transform|x|y|x1|y1|x2|y2|dx|dy|width|height|r)="([^"]*)"/g;

function finish(svg: string, description: string): string {
  // By a function: a "$" in a replacement text has a meaning of its own.
  const named = svg.replace("<svg ", () => `<svg role="img" aria-label="${escapeHtml(description)}" `);
  return withOwnIds(
    withoutControls(named).replace(tags, (tag) =>
      tag.replace(
        geometry,
        (_, name: string, value: string) => ` ${name}="${value.replace(/-?\d+\.\d+(e-?\d+)?/g, round)}"`,
      ),
    ),
  );
}

function round(number: string): string {
  return String(Math.round(Number(number) * 100) / 100 || 0);
}

/** Vega numbers its ids through the life of a process. Here they count from 0 behind a hash of the picture. */
function withOwnIds(svg: string): string {
  const ids = [...new Set([...svg.matchAll(/<[^>]* id="([^"]+)"/g)].map((match) => match[1]!))];
  const renamed = (prefix: string): string =>
    svg.replace(tags, (tag) =>
      tag.replace(/(id="|#)([\w-]+)/g, (whole, start: string, id: string) =>
        ids.includes(id) ? `${start}${prefix}${ids.indexOf(id)}` : whole,
      ),
    );
  return ids.length === 0 ? svg : renamed(`k${hash(renamed("k"))}-`);
}

/** FNV-1a, 32 bits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}
