import { InputError, show } from "../errors.ts";

/**
 * Whether an error is one of the operating system: a full disk, a missing permission, a device that broke. It is no fault of
 * the program.
 */
export function isSystemFault(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return error instanceof Error && typeof code === "string" && typeof syscall === "string";
}

/** Why the operating system refused, in words. */
export function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}

/** A fault of the operating system as a sentence that says what to do; any other error as it is. */
export function explainSystemFault(error: unknown): unknown {
  if (!isSystemFault(error)) return error;
  const where = error.path ?? (error as { dest?: string }).dest;
  const what = where === undefined ? `The operating system refused ${error.syscall}` : `Cannot use ${show(where)}`;
  return new InputError(`${what}: ${reasonOf(error)}. ${ADVICE[error.code ?? ""] ?? "Mend that, and start again."}`, {
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder, not a file",
  EEXIST: "a file of that name is in the way",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of the disk is used up",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  EBUSY: "it is in use",
};

const ROOM = "Make room there, or choose another folder, and start again.";
const RIGHTS = "Change its rights, or choose another folder, and start again.";
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  EROFS: RIGHTS,
};
