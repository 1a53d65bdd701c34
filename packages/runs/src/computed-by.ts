/** What computes, as far as results note it. What `startBackend` reports has all of it. */
export interface BackendInUse {
  /** Its name and all of its options, as `--backend` takes them: `"wasm:threads=2,winograd=true"`. */
  readonly spec: string;
  readonly threads: number;
  /** Such as the name of a GPU; left out where it is the CPU. */
  readonly device?: string | undefined;
}

/** By what something was computed: what its numbers may depend on besides their settings. */
export interface ComputedBy {
  /** The backend's name and all of its options. */
  readonly backend: string;
  readonly threads: number;
  /** What the backend computes on, where that is not the CPU. */
  readonly device?: string;
  /** Operating system and processor: `"linux x64"`. */
  readonly platform: string;
  readonly versions: Readonly<Record<string, string>>;
}
