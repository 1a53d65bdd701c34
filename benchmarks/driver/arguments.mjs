// @ts-check
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { InputError, show } from "@kwta/core";

/** @import { Choice } from "./types.ts" */

const USAGE =
  "npm run bench -- NAME [--quick] [--images N] [--cases TEXT,...] [--contestants TEXT,...] [--net A,B] [--norm A,B] [--attack A,B] [--json FILE]";

/**
 * Reads the command line.
 *
 * @param {readonly string[]} args
 * @returns {{ name: string | undefined, choice: Choice, json: string | undefined }} no name: the benchmarks are to be listed
 * @throws {InputError} for what cannot be used
 */
export function readArguments(args) {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (rest.length > 0) throw new InputError(`${show(rest[0])} is one name too many; write ${USAGE}.`);
  if (values.json !== undefined) checkWritable(values.json);
  const { quick = false, images, json, cases, contestants, net, norm, attack } = values;
  const choice = {
    quick,
    images: readCount(images),
    cases: readList(cases),
    contestants: readList(contestants),
    only: readFilters({ net, norm, attack }),
  };
  return { name, choice, json };
}

/** @param {string | undefined} text */
function readCount(text) {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]*$/.test(text)) throw new InputError(`--images is ${show(text)}; give a whole number from 1 on.`);
  return Number(text);
}

/** @param {string | undefined} text */
function readList(text) {
  return text?.split(",").map((each) => each.trim());
}

/** @param {Readonly<Record<string, string | undefined>>} given @returns {Choice["only"]} */
function readFilters(given) {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, text]) => (text === undefined ? [] : [[key, text.split(",")]])),
  );
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    const options = /** @type {const} */ ({
      quick: { type: "boolean" },
      images: { type: "string" },
      json: { type: "string" },
      cases: { type: "string" },
      contestants: { type: "string" },
      net: { type: "string" },
      norm: { type: "string" },
      attack: { type: "string" },
    });
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [what] = /** @type {Error} */ (error).message.split(/[.\n]/);
    throw new InputError(`${what}; write ${USAGE}.`);
  }
}

/**
 * Before minutes are spent on what could not be written.
 *
 * @param {string} path
 */
function checkWritable(path) {
  const folder = dirname(resolve(path));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new InputError(`Nothing can be written into ${show(folder)}; give --json a file in a folder that exists.`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError(`${show(path)} is a folder; give --json the name of a file.`);
  }
}
