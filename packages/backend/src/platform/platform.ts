/** What Node and browsers do in their own ways. */
export interface Platform {
  /** What the user of this machine has asked for where the program asks for nothing: KWTA_BACKEND and KWTA_THREADS. */
  environment(): Environment;
  /** What computes where no GPU does, for people. */
  describeCpu(): string;
  /**
   * Checks that some packages find the same `@tensorflow/tfjs-core` as this one, as far as that can be known before they are
   * loaded.
   *
   * @param names packages of TensorFlow.js; those that are not installed are left out
   * @param from the module that imports them: its `import.meta.url`
   * @throws InputError that names the first one that does not
   */
  checkCopies(names: readonly string[], from: string): void;
}

/** Texts as the user wrote them; empty counts as not given. */
export interface Environment {
  readonly backend?: string | undefined;
  readonly threads?: string | undefined;
}
