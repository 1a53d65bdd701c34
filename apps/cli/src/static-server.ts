import { InputError } from "@kwta/core";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

/** A server of one folder. */
export interface StaticServer {
  /** Such as `http://127.0.0.1:8080/`. */
  readonly address: string;
  /** Ends it, also for those who are still being answered. */
  close(): Promise<void>;
}

/** @see {@link serveFolder} */
export interface ServeOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** @defaultValue "127.0.0.1": this machine alone */
  readonly host?: string;
}

/** Without these, a browser gives a page no memory that threads can share, and so one thread. */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
} as const;

/** The build puts a hash of the content into the names of these, so a browser need never ask for one again. */
const HASHED = /\/assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * Serves the files of a folder, and nothing outside of it, to this machine: compressed where FILE.gz lies beside FILE, with
 * an ETag, and for good where the name says what is in the file.
 *
 * @throws InputError when the port is in use or not allowed
 */
export async function serveFolder(folder: string, { port, host = "127.0.0.1" }: ServeOptions): Promise<StaticServer> {
  const files = sirv(folder, { etag: true, gzip: true, setHeaders });
  const server = createServer((request, response) => {
    // Here, since what has not changed is answered without a look at the file.
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse(response, 405, "Only GET and HEAD are served.");
    files(request, response, () => refuse(response, 404, "There is no such file."));
  });
  await listen(server, port, host);
  const { port: actual } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(":") ? `[${host}]` : host}:${actual}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function setHeaders(response: ServerResponse, path: string): void {
  response.setHeader("Cache-Control", HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache");
  if (path.endsWith(".safetensors")) response.setHeader("Content-Type", "application/octet-stream");
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => fail(explain(error, port, host)));
    server.listen(port, host, done);
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE") {
    return new InputError(
      `Port ${port} is in use by another program. Choose another one: kwta serve --port ${port + 1}.`,
    );
  }
  if (error.code === "EACCES") {
    return new InputError(`Port ${port} may not be opened by you. Choose one above 1023: kwta serve --port 8080.`);
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new InputError(`This machine has no address ${host}. Leave --host out, or give one that it has.`);
  }
  return error;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
