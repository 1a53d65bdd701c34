// What `npm run quickstart`, `npm test`, `npm run build`, `npm run bench`, `npm run conformance` and `npm run faults` do on a machine that has only Node and npm.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
const bin = join(root, "node_modules", ".bin");
const environment = {
  ...process.env,
  // turbo looks for pnpm on the path.
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Runs a command to its end; when it fails, prints what it printed and leaves with its exit code. */
function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    shell: windows,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (result.error) {
    console.error(`Cannot start ${command}: ${result.error.message}.`);
    process.exit(1);
  }
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}`);
    process.exit(result.status ?? 130);
  }
}

/** Installs when the lock file has changed since the last time, so that a second run needs no network. */
function install() {
  const stamp = join(root, "node_modules", ".kwta-installed");
  const state = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .update(process.version)
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return;
  console.error("Installing dependencies ...");
  run("npx", ["--yes", packageManager, "install", "--frozen-lockfile"]);
  writeFileSync(stamp, state);
}

function build() {
  console.error("Building ...");
  run(join(bin, "turbo"), ["run", "build", "--output-logs=errors-only"]);
}

/** Runs a Node program in the foreground. It gets a Ctrl-C by itself; this process only waits for its end. */
function node(args) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const child = spawn(process.execPath, args, { cwd: root, env: environment, stdio: "inherit" });
  child.on("close", (code) => {
    process.exitCode = code ?? 130;
  });
}

const tasks = {
  build: () => {},
  quickstart: (args) => node([join(root, "apps/cli/bin/kwta.mjs"), "quickstart", ...args]),
  test: (args) => node([join(root, "node_modules/vitest/vitest.mjs"), "run", ...args]),
  conformance: (args) => node([join(root, "conformance/run.mjs"), ...args]),
  faults: (args) => node([join(root, "faults/run.mjs"), ...args]),
  bench: (args) => node([join(root, "benchmarks/run.mjs"), ...args]),
};

const [task, ...args] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task)) {
  console.error(`Unknown task ${task}. Known: ${Object.keys(tasks).join(", ")}.`);
  process.exit(2);
}
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`kwta needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}
install();
build();
tasks[task](args);
