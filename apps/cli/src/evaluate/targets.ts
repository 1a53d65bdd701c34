import { InputError, lookUp, show } from "@kwta/core";
import type { TargetChoice } from "@kwta/evaluation";

/** A class is said by its number or its name. */
const CHOICES: readonly TargetChoice[] = ["likely", "least-likely", "random"];

/**
 * The targets that `--targeted` asks for; the likeliest ones where it has no value.
 *
 * @throws InputError for what is neither a choice nor a class: the nearest is offered
 */
export function readTargets(text: string | undefined, classNames: readonly string[]): TargetChoice | undefined {
  if (text === undefined) return undefined;
  if (text === "") return "likely";
  const number = /^\d+$/.test(text) && !classNames.includes(text) ? Number(text) : undefined;
  if (number === undefined) {
    const classes = classNames.map((name, label) => [name, label] as const);
    const choices = CHOICES.map((choice) => [String(choice), choice] as const);
    return lookUp("target", text, Object.fromEntries<TargetChoice>([...classes, ...choices]));
  }
  if (number < classNames.length) return number;
  throw new InputError(
    `--targeted is ${show(text)}, but the classes are 0 to ${classNames.length - 1}. Name one of them, or likely, least-likely or random.`,
  );
}
