import { InputError } from "@kwta/core";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, resolve, sep } from "node:path";

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
  "Cache-Control": "no-cache",
} as const;

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves the files of a folder, and nothing outside of it, to this machine.
 *
 * @throws InputError when the port is in use or not allowed
 */
export async function serveFolder(folder: string, { port, host = "127.0.0.1" }: ServeOptions): Promise<StaticServer> {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => refuse(response, 500, "This file could not be read."));
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

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return refuse(response, 405, "Only GET and HEAD are served.");
  const file = fileOf(root, request.url ?? "/");
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) return refuse(response, 404, "There is no such file.");
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": found.size });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
}

/** The file that an address means; undefined for what is outside of the folder, or no address at all. */
function fileOf(root: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/s, ""));
  } catch {
    return undefined;
  }
  // Nothing in the page has such a name; on Windows they would name other drives and streams.
  if (/[\\:\0]/.test(path)) return undefined;
  const file = resolve(root, `.${path.endsWith("/") ? `${path}index.html` : path}`);
  return file.startsWith(root + sep) ? file : undefined;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
