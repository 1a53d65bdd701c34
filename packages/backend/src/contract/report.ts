import type { SelfCheck } from "../self-check/self-check.ts";
import type { StartedBackend } from "./backend.ts";

/** The backend that was started, and how it came to be that one. */
export interface BackendReport extends StartedBackend {
  /** Its name in the list. */
  readonly name: string;
  /** Its name and all of its parameters as they are, to be given as `backend` for the same one once more. */
  readonly spec: string;
  /** The check of its numbers, which it passed. */
  readonly selfCheck: SelfCheck;
  /** Better ones that could not be used. */
  readonly skipped: readonly SkippedBackend[];
}

/** A backend that was not used. */
export interface SkippedBackend {
  /** Its name in the list. */
  readonly name: string;
  /** Why not, and where possible what to do about it: one or two sentences. */
  readonly reason: string;
  /** Whether its setup would help, see {@link Backend.setup}. */
  readonly needsSetup?: boolean;
  /** The check of its numbers, where that is what it failed. */
  readonly selfCheck?: SelfCheck;
}
