import { resolveParams, type ParamsOf } from "@kwta/core";

/** What can be asked for when TensorFlow is set up. */
export const SETUP_SCHEMA = {
  from: {
    type: "string",
    default: "",
    description:
      "Folder that holds libtensorflow_cc, such as .../site-packages/tensorflow; empty: Python's, or a download.",
  },
  tensorflowVersion: {
    type: "string",
    default: "",
    description: "Version of TensorFlow; empty: one that is pinned, whose file is checked by its digest.",
  },
  gpu: { type: "boolean", default: false, description: "With CUDA for NVIDIA GPUs (untested, some 3 GB)." },
} as const;

/** What is asked for. */
export interface SetupWishes {
  readonly from: string | undefined;
  readonly version: string | undefined;
  readonly gpu: boolean;
}

/** @throws InputError for an unknown name or a value that cannot be used */
export function readWishes(params: Readonly<Record<string, unknown>> = {}): SetupWishes {
  const given = params as Partial<ParamsOf<typeof SETUP_SCHEMA>>;
  const { from, tensorflowVersion, gpu } = resolveParams("the setup of tensorflow", SETUP_SCHEMA, given);
  return { from: from || undefined, version: tensorflowVersion || undefined, gpu };
}
