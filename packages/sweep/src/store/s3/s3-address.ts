import { InputError, show } from "@kwta/core";

/** Where objects are, and who asks for them. */
export interface S3Address {
  /** With the bucket: `https://s3.eu-central-1.amazonaws.com/bucket`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Before every key: `"sweeps/2026/"`, or nothing. */
  readonly prefix: string;
  /** For people: `s3://BUCKET/PREFIX`. */
  readonly shown: string;
}

/**
 * Reads `s3://BUCKET/PREFIX`, and the rest from the variables that Amazon's own tools take.
 *
 * @throws InputError for what is none, and for what is missing
 */
export function readS3Address(text: string, env: Readonly<Record<string, string | undefined>>): S3Address {
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/.exec(text) ?? [];
  if (bucket === undefined || prefix.split("/").some((part) => /^\.+$/.test(part))) {
    throw new InputError(
      `The store is ${show(text)}; give a folder, or s3://BUCKET/PREFIX of letters, digits, - and _.`,
    );
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new InputError(`The store ${text} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.`);
  }
  if (env["AWS_SESSION_TOKEN"]) {
    throw new InputError(
      "Temporary keys, those with AWS_SESSION_TOKEN, are not taken. Give keys that last, and unset it.",
    );
  }
  const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "us-east-1";
  const host = env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"] || `https://s3.${region}.amazonaws.com`;
  if (!URL.canParse(host) || !/^https?:/.test(host)) {
    throw new InputError(`AWS_ENDPOINT_URL_S3 is ${show(host)}; it must be like https://objects.example.org.`);
  }
  return {
    endpoint: `${host.replace(/\/+$/, "")}/${bucket}`,
    region,
    accessKeyId,
    secretAccessKey,
    prefix: prefix === "" ? "" : `${prefix.slice(1)}/`,
    shown: `s3://${bucket}${prefix}`,
  };
}
