import { InputError } from "@kwta/core";
import type { Backend, StartRequest } from "../contract/backend.ts";
import type { BackendReport, SkippedBackend } from "../contract/report.ts";
import { NotSetUpError } from "../kit/not-set-up-error.ts";
import { selfCheck } from "../self-check/self-check.ts";
import { specOf } from "./choose.ts";

/**
 * Starts one backend with the kernels of a request, and tells why not when it cannot be started or computes wrong numbers.
 *
 * @throws InputError when what was asked for makes no sense on any
 */
export async function tryBackend(backend: Backend, request: StartRequest): Promise<BackendReport | SkippedBackend> {
  const { name } = backend;
  const { kernels = [] } = request;
  try {
    const started = await backend.start(request);
    for (const pack of kernels) await backend.register(pack);
    const check = await selfCheck(kernels.flatMap(({ checks }) => checks));
    if (check.passed) return { name, spec: specOf(name, started.params), ...started, selfCheck: check, skipped: [] };
    return { name, reason: `It computes wrong numbers: ${check.failures.join(", ")}.`, selfCheck: check };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const needsSetup = error instanceof NotSetUpError && { needsSetup: true };
    return { name, reason: (error as Error).message, ...needsSetup };
  }
}
