/** What the processes of these tests can be asked for. */
export type TestCalls = {
  readonly pid: { readonly args: undefined; readonly result: number; readonly event: never };
  readonly add: { readonly args: Float32Array; readonly result: number; readonly event: never };
  readonly refuse: { readonly args: "input" | "fault"; readonly result: never; readonly event: never };
  readonly count: { readonly args: number; readonly result: string; readonly event: number };
  /** Dies when it is asked by a file that does not exist yet, after making it. */
  readonly dieOnce: { readonly args: string; readonly result: number; readonly event: never };
  readonly die: { readonly args: undefined; readonly result: never; readonly event: never };
};
