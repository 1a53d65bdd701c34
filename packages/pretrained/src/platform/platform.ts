/** What differs between Node and pages. */
export interface PretrainedPlatform {
  /**
   * @param what named in errors
   * @throws InputError where there is nothing to read
   */
  read(url: URL, what: string): Promise<Uint8Array>;
}
