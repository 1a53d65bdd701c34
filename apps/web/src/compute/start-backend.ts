import { startBackend, type BackendReport } from "@kwta/backend";
import { InputError } from "@kwta/core";
import { kwtaKernels } from "@kwta/op/kernels";
import { BACKENDS } from "./backends.ts";

/** Which backend is wanted. */
export interface BackendRequest {
  /** A name, parameters may follow; or `"auto"`. */
  readonly backend: string;
  /** Those that failed while they computed, with their last words; they are not tried again. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
}

/** The backend that computes, and why the better ones do not. */
export type PageBackend = Pick<
  BackendReport,
  "name" | "version" | "threads" | "device" | "slow" | "notes" | "selfCheck" | "skipped" | "spec"
>;

/**
 * Starts the backend that is asked for. Where one has failed, the others are tried.
 *
 * @param onLost told when the backend's device is lost while it works
 * @throws InputError when none can be used
 */
export async function startPageBackend(
  { backend, broken }: BackendRequest,
  onLost: (error: Error) => void,
): Promise<PageBackend> {
  const options = { kernels: [kwtaKernels], onLost };
  if (broken.length === 0) return reportOf(await startBackend(BACKENDS, { ...options, backend }));
  const left = BACKENDS.filter(({ name }) => !broken.some((each) => each.name === name));
  const stopped = broken.map(({ name, reason }) => ({ name, reason: `It stopped working: ${reason}` }));
  try {
    const report = await startBackend(left, { ...options, backend: "auto" });
    return reportOf({ ...report, skipped: [...stopped, ...report.skipped] });
  } catch (error) {
    const reasons = stopped.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
    const { message } = error as Error;
    throw new InputError(
      `No backend is left to compute with. ${reasons} ${message} Reload the page to try them again.`,
      { cause: error },
    );
  }
}

/** What can be sent to the page. */
function reportOf({
  name,
  version,
  threads,
  device,
  slow,
  notes,
  selfCheck,
  skipped,
  spec,
}: BackendReport): PageBackend {
  const optional = { ...(device !== undefined && { device }), ...(slow !== undefined && { slow }) };
  return { name, version, threads, ...optional, notes, selfCheck, skipped, spec };
}
