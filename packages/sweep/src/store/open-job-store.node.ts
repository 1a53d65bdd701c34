import { openFolderStore } from "./folder-store.node.ts";
import type { JobStore } from "./job-store.ts";
import { openS3Store } from "./s3/s3-store.node.ts";

/** @see {@link openJobStore} */
export interface JobStoreOptions {
  /**
   * Where jobs of a store elsewhere work on this machine.
   *
   * @defaultValue a folder in the cache folder of kwta
   */
  readonly scratch?: string | undefined;
}

/**
 * Opens a store, and makes it where it is missing: a folder, or `s3://BUCKET/PREFIX`, an object store that speaks S3. The latter
 * takes `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and, unless it is Amazon's, `AWS_ENDPOINT_URL_S3` from the
 * environment, and the package `s3mini`.
 *
 * @throws InputError when it cannot be reached or written, or holds something else
 */
export async function openJobStore(place: string, options: JobStoreOptions = {}): Promise<JobStore> {
  return place.startsWith("s3://") ? openS3Store(place, options.scratch) : openFolderStore(place);
}
