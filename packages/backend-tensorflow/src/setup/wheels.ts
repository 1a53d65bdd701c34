/** A package on the Python index that holds libtensorflow. Which Python it is for does not matter: none runs it. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** As `pip download --platform` wants it. */
  readonly platform: string;
  /** Of the file; undefined for versions that were asked for. */
  readonly sha256?: string;
  readonly bytes?: number;
  /** The oldest C library that it runs on. */
  readonly glibc?: readonly [major: number, minor: number];
}

/** The version that is fetched unless another one is asked for. */
const TENSORFLOW_VERSION = "2.21.0";

/** For which Python the file is; any would do. */
export const PYTHON = "3.11";

const LINUX = { version: TENSORFLOW_VERSION, glibc: [2, 27] } as const;

/** By platform; `-gpu` for CUDA. */
const WHEELS: Readonly<Record<string, Wheel>> = {
  "linux-x64": {
    ...LINUX,
    name: "tensorflow-cpu",
    platform: "manylinux_2_27_x86_64",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    bytes: 273_829_956,
  },
  "linux-arm64": {
    ...LINUX,
    name: "tensorflow",
    platform: "manylinux_2_27_aarch64",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
  },
  "linux-x64-gpu": {
    ...LINUX,
    name: "tensorflow",
    platform: "manylinux_2_27_x86_64",
    sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
  },
  "darwin-arm64": {
    name: "tensorflow",
    version: TENSORFLOW_VERSION,
    platform: "macosx_12_0_arm64",
    sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
  },
};

/** The wheel for a platform such as `linux-x64`; undefined where there is none. */
export function wheelFor(platform: string, gpu: boolean, version: string = TENSORFLOW_VERSION): Wheel | undefined {
  const pinned = WHEELS[gpu ? `${platform}-gpu` : platform];
  if (!pinned || version === pinned.version) return pinned;
  const { name, platform: tag, glibc } = pinned;
  return { name, version, platform: tag, ...(glibc ? { glibc } : {}) };
}
