import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { SourceFile } from "../src/index.ts";

/** Answers one request; the default is what a good server does. */
export type Answer = (request: IncomingMessage, response: ServerResponse, content: Uint8Array) => void;

export interface Server {
  readonly url: string;
  /** `GET /a.bin bytes=5-`, in their order. */
  readonly requests: string[];
}

/** A server on this machine with these files, gone when the test ends. `answers` are used up one by one. */
export async function serve(files: Readonly<Record<string, Uint8Array>>, answers: Answer[] = []): Promise<Server> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push(`GET ${request.url}${range ? ` ${range}` : ""}`);
    const content = files[request.url!.slice(1)];
    const answer = answers.shift() ?? good;
    if (content === undefined && answer === good) response.writeHead(404).end("no such file");
    else answer(request, response, content ?? new Uint8Array(0));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Whole files, and ranges to the end of a file. */
export const good: Answer = (request, response, content) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from === 0) return void response.writeHead(200, { "content-length": content.length }).end(content);
  if (from >= content.length) return void response.writeHead(416).end();
  const headers = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(206, headers).end(content.subarray(from));
};

/** Sends so many bytes of what was asked for, then drops the connection. */
export function breakAfter(bytes: number): Answer {
  return (request, response, content) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const headers = from > 0 ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { ...headers, "content-length": content.length - from });
    response.write(content.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 50));
  };
}

/** The description of a file that a good server has. */
export function describeFile(name: string, content: Uint8Array, urls: readonly string[]): SourceFile {
  return {
    name,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    md5: createHash("md5").update(content).digest("hex"),
    urls,
    digestsFrom: ["this test"],
  };
}
