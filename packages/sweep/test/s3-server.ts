import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a store in a test is opened with. */
export interface TestS3 {
  readonly env: Readonly<Record<string, string>>;
  /** Of the one bucket, `kwta`. */
  readonly objects: Map<string, Buffer>;
  /** What every request to write is answered from now on; undefined ends it. */
  refuse: { readonly status: number; readonly code: string } | undefined;
  end(): Promise<void>;
}

const KEY = "AKIDTEST";
const SECRET = "s3cr3t";
const REGION = "test-1";
/** Keys of a page of a list: few, so that lists have pages. */
const PAGE = 2;

/** The part of S3 that a store needs, by the rules of its reference: signatures (version 4) are checked, conditions kept. */
export async function startS3(): Promise<TestS3> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const url = new URL(request.url!, "http://host");
    const fail = (status: number, code: string): void => {
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(`<Error><Code>${code}</Code><Message>No.</Message></Error>`);
    };
    const xml = (text: string): void => {
      response.writeHead(200, { "content-type": "application/xml" });
      response.end(`<?xml version="1.0"?>${text}`);
    };
    if (!isSigned(request, url)) return fail(403, "SignatureDoesNotMatch");
    const [, bucket, key = ""] = /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(url.pathname))!;
    if (bucket !== "kwta") return fail(404, "NoSuchBucket");
    if (server.refuse !== undefined && request.method !== "GET") return fail(server.refuse.status, server.refuse.code);
    const { searchParams: query } = url;
    const upload = query.get("uploadId") ?? "";
    const put = (content: Buffer): void => {
      objects.set(key, content);
      response.writeHead(200, { etag: `"${createHash("md5").update(content).digest("hex")}"` });
      response.end();
    };
    switch (request.method) {
      case "GET": {
        if (key === "") return xml(listed(query, objects));
        const found = objects.get(key);
        return found === undefined ? fail(404, "NoSuchKey") : void response.writeHead(200).end(found);
      }
      case "PUT":
        if (upload !== "") {
          uploads.get(upload)!.set(Number(query.get("partNumber")), body);
          return void response.writeHead(200, { etag: '"part"' }).end();
        }
        if (request.headers["if-none-match"] === "*" && objects.has(key)) return fail(412, "PreconditionFailed");
        return put(body);
      case "POST": {
        if (query.has("uploads")) {
          const id = String(uploads.size + 1);
          uploads.set(id, new Map());
          return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
        }
        const parts = [...uploads.get(upload)!].sort(([a], [b]) => a - b).map(([, part]) => part);
        objects.set(key, Buffer.concat(parts));
        return xml(`<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>`);
      }
      case "DELETE":
        objects.delete(key);
        return void response.writeHead(204).end();
      default:
        return fail(405, "MethodNotAllowed");
    }
  };
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  const { port } = http.address() as AddressInfo;
  const server: TestS3 = {
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: SECRET,
    },
    objects,
    refuse: undefined,
    async end() {
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
  return server;
}

function listed(query: URLSearchParams, objects: ReadonlyMap<string, Buffer>): string {
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()].filter((key) => key.startsWith(query.get("prefix") ?? "") && key > after).sort();
  const page = keys.slice(0, PAGE);
  const more = keys.length > PAGE;
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)!.length}</Size></Contents>`);
  return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`;
}

/** As "Signature Version 4" describes it. */
function isSigned({ method, headers }: IncomingMessage, { pathname, searchParams }: URL): boolean {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential = "", names = "", signature] = form.exec(headers.authorization ?? "") ?? [];
  const [key, date = "", region, service, end] = credential.split("/");
  const signed = names.split(";");
  const conditions = Object.keys(headers).filter((name) => name.startsWith("x-amz-") || name === "host");
  if (key !== KEY || region !== REGION || conditions.some((name) => !signed.includes(name))) return false;
  const escaped = (text: string): string =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...searchParams]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join("&");
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const request = [method, pathname, query, lines, names, headers["x-amz-content-sha256"]].join("\n");
  const scope = [date, region, service, end].join("/");
  const hash = createHash("sha256").update(request).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash].join("\n");
  const mac = (by: string | Buffer, what: string): Buffer => createHmac("sha256", by).update(what).digest();
  const by = [date, region!, service!, end!].reduce<string | Buffer>(
    (secret, part) => mac(secret, part),
    `AWS4${SECRET}`,
  );
  return mac(by, text).toString("hex") === signature;
}
