import {
  checkWhole,
  formatSpec,
  InputError,
  lookUp,
  parseNumber,
  parseParams,
  parseSpec,
  show,
  type Params,
  type ParamSchema,
} from "@kwta/core";
import type { Backend } from "../contract/backend.ts";
import type { Environment } from "../platform/platform.ts";

/** Which backend is wanted. */
export interface BackendChoice {
  /**
   * A name in the list, or `"auto"` for the first one that works. Parameters may follow, as in `"wasm:threads=1,winograd=false"`;
   * those after `auto` are for the backends that have them.
   *
   * @defaultValue what the environment variable KWTA_BACKEND says, in Node; or "auto"
   */
  readonly backend?: string | undefined;
  /**
   * How many threads to compute on, for backends that have such a parameter.
   *
   * @defaultValue what the backend says that is given; or the environment variable KWTA_THREADS, in Node; or all cores
   */
  readonly threads?: number | undefined;
}

/** What a {@link BackendChoice} means for a list of backends. */
export interface Chosen {
  /** Those to try, with their parameters, best first. */
  readonly backends: readonly Backend[];
  /** The one that was asked for; undefined when any of several will do. */
  readonly asked: string | undefined;
}

const AUTO = "auto";

/**
 * Reads a choice. What the program says goes before what its backends were made with, and that before the environment, whose
 * backend is chosen only where the program leaves a choice.
 *
 * @throws InputError for an unknown name or parameter, and for what contradicts itself
 */
export function choose(
  backends: readonly Backend[],
  { backend, threads }: BackendChoice,
  environment: Environment,
): Chosen {
  if (backends.length === 0) throw new InputError("The list of backends is empty. Give one, such as [cpu()].");
  const only = backends.length === 1 ? backends[0]!.name : undefined;
  const said = backend === undefined ? undefined : read(backend);
  const byUser = said === undefined && environment.backend ? read(environment.backend) : undefined;
  const spec = said ?? (only === undefined || byUser?.name === only ? byUser : undefined) ?? { name: AUTO, params: {} };
  const known = { [AUTO]: backends, ...Object.fromEntries(backends.map((each) => [each.name, [each]])) };
  const tried = lookUp("backend", spec.name, known);
  checkNames(Object.keys(spec.params), tried);
  if (threads !== undefined) checkThreads(threads, spec.params, backend);
  const texts = { ...threadsOf(environment), ...(said ? {} : spec.params) };
  const configured = tried.map((each) => {
    const less = omit(texts, Object.keys(each.params));
    const more = { ...(said ? spec.params : {}), ...(threads === undefined ? {} : { threads: String(threads) }) };
    const params = parseParams(each.name, each.schema, pick({ ...less, ...more }, each.schema));
    return Object.keys(params).length > 0 ? each.with(params) : each;
  });
  return { backends: configured, asked: spec.name === AUTO ? only : spec.name };
}

/** The text that chooses a backend with these parameters, those that have a text. */
export function specOf(name: string, params: Params): string {
  const texts = Object.entries(params).map(([key, value]) => [key, String(value)] as const);
  return formatSpec({ name, of: [], params: Object.fromEntries(texts.filter(([, text]) => text !== "")) });
}

type Texts = Readonly<Record<string, string>>;

function read(text: string): { readonly name: string; readonly params: Texts } {
  const { name, of, params } = parseSpec("backend", text);
  if (of.length === 0) return { name, params };
  throw new InputError(`The backend ${show(text)} is made of others, which no backend is. Write ${show(name)}.`);
}

/** Checks that each parameter is one of a backend that is going to be tried. */
function checkNames(names: readonly string[], tried: readonly Backend[]): void {
  const what = `parameter of ${tried.length === 1 ? tried[0]!.name : "a backend"}`;
  const known = Object.assign({}, ...tried.map(({ schema }) => schema)) as ParamSchema;
  for (const name of names) lookUp(what, name, known);
}

function checkThreads(threads: number, { threads: text }: Texts, backend: string | undefined): void {
  checkWhole("threads", threads, 0);
  if (text === undefined || parseNumber(text) === threads || backend === undefined) return;
  throw new InputError(`threads is ${threads}, but the backend ${show(backend)} says ${text}. Give it in one place.`);
}

function threadsOf({ threads }: Environment): Texts {
  if (!threads) return {};
  const number = parseNumber(threads);
  if (Number.isSafeInteger(number) && number >= 0) return { threads };
  throw new InputError(
    `The environment variable KWTA_THREADS is ${show(threads)}; give a whole number of at least 0, which is for all cores.`,
  );
}

function omit(texts: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => !names.includes(name)));
}

function pick(texts: Texts, schema: ParamSchema): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => Object.hasOwn(schema, name)));
}
