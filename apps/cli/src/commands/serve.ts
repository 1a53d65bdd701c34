import { InputError } from "@kwta/core";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { command } from "../command.ts";
import { readCount } from "../options.ts";
import { serveFolder } from "../static-server.ts";

/** Where `npm run build` puts the page: it travels with the command. */
const PAGE = fileURLToPath(new URL("../page", import.meta.url));

/** `kwta serve`: the live page of `@kwta/web`. */
export const serve = command({
  name: "serve",
  description: "Serve the live page: train, look at and attack small nets in the browser.",
  args: {
    port: { type: "string", description: "Port to listen on; 0 takes any that is free.", default: "8080" },
    host: {
      type: "string",
      description: "Address to listen on: 0.0.0.0 lets other machines in, which then compute on one thread.",
      default: "127.0.0.1",
    },
    open: { type: "boolean", description: "Open the page in your browser." },
  },
  examples: { "serve --open": "the page, in your browser" },
  async run(args, terminal) {
    const port = readCount("port", args.port)!;
    if (port > 65_535) throw new InputError(`--port is ${port}; ports go up to 65535.`);
    const page = findPage(PAGE);
    const server = await serveFolder(page, { port, host: args.host });
    terminal.result({ address: server.address });
    terminal.say(`The page is at ${server.address}  (Ctrl-C ends it)`);
    if (args.open)
      openInBrowser(server.address, () => terminal.note("No browser could be opened; open the address by hand."));
    await new Promise((done) => {
      terminal.signal.addEventListener("abort", done, { once: true });
      if (terminal.signal.aborted) done(undefined);
    });
    await server.close();
  },
});

/** @throws InputError when the page has not been built */
export function findPage(folder: string): string {
  if (existsSync(`${folder}/index.html`)) return folder;
  throw new InputError(
    "The page has not been built. Run `npm run build` in the root of the repository, then try again.",
  );
}

function openInBrowser(address: string, onFailure: () => void): void {
  const [program, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program!, [...before, address], { stdio: "ignore", detached: true });
  child.on("error", onFailure);
  child.unref();
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
