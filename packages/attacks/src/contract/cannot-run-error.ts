import { InputError } from "@kwta/core";

/** An attack cannot run on this model or for this goal, though others can: evaluations say so and go on. */
export class CannotRunError extends InputError {}
