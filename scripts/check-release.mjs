// A release that nobody gets: what the changesets make of every version is said; every package is packed as npm would get it, looked
// at (size, licence, install scripts) and offered to the registry in a dry run, then
// installed alone into an empty project with what its README says, where what came along is looked at and the README's example
// runs; and all of them at once, where their types are checked by two versions of TypeScript and the command is started by npx.
//   npm run check:release               all of it
//   npm run check:release -- op kwta    these alone; together: the last part
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "oxc-transform";
import { readPages } from "./check-docs/markdown.mjs";
import { installedBy, programsOf } from "./check-docs/programs.mjs";
import { packAll, run } from "./release/pack.mjs";

/** @typedef {import("./release/pack.mjs").Packed} Packed */

const root = fileURLToPath(new URL("..", import.meta.url));
const names = process.argv.slice(2);
const TYPESCRIPTS = ["5.9.3", "6.0.3"];

/** Of the packed file, in kB. What the command holds besides is the page. */
const MOST = {
  "@kwta/attacks": 900,
  "@kwta/pretrained": 25_000,
  "@kwta/backend-wasm": 1500,
  "@kwta/datasets": 600,
  kwta: 4000,
};
const USUAL = 400;

/** What may come along, by the names of SPDX. */
const LICENCES =
  /^\(?(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Unlicense|Python-2\.0|OFL-1\.1|MPL-2\.0|Zlib)\b/;

/** Looked at: each works where its script is not run. */
const SCRIPTED = new Set(["core-js", "msgpackr-extract", "onnxruntime-node", "protobufjs", "webgpu"]);
/** Looked at: their files name a licence of the list. */
const LICENSED = new Set(["png-js", "seedrandom"]);

const folder = mkdtempSync(join(tmpdir(), "kwta-release-"));
/** @type {string[]} */
const problems = [];
try {
  const packed = packAll(root, join(folder, "tarballs"));
  tried("versions", () => sayVersions(packed));
  for (const each of packed) {
    problems.push(...lookAt(each));
    tried(`the dry run of ${each.name}`, () => run(root, "npm", ["publish", each.tarball, "--dry-run"], folder));
  }
  const programs = programsOf(readPages(root));
  for (const each of packed) {
    if (names.length === 0 || names.includes(each.name.replace("@kwta/", "")))
      tried(`${each.name} alone`, () => alone(each, packed, programs));
  }
  if (names.length === 0 || names.includes("together"))
    tried("all packages together", () => together(packed, programs));
} finally {
  rmSync(folder, { recursive: true });
}
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "ready" : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** What `changeset version` will make of the packages; of 0.0.0 nothing but 0.1.0, the first release of all. @param {readonly Packed[]} packed */
function sayVersions(packed) {
  const file = join(folder, "changes.json");
  run(root, "changeset", ["status", "--output", relative(root, file)], root);
  /** @type {{ name: string, oldVersion: string, newVersion: string }[]} */
  const releases = JSON.parse(readFileSync(file, "utf8")).releases;
  for (const { name, folder: source } of packed) {
    const { version } = JSON.parse(readFileSync(join(root, source, "package.json"), "utf8"));
    const becomes = releases.find((release) => release.name === name)?.newVersion ?? version;
    if (becomes !== version) console.log(`${name}: ${version} becomes ${becomes}`);
    if (version === "0.0.0" && becomes !== "0.1.0")
      problems.push(`${name} would begin with ${becomes}, not with 0.1.0: its changesets are not right`);
  }
}

/** @param {Packed} packed @returns {string[]} */
function lookAt({ name, tarball, bytes }) {
  const files = run(root, "tar", ["-tzf", tarball], folder).split("\n");
  const manifest = JSON.parse(run(root, "tar", ["-xzOf", tarball, "package/package.json"], folder));
  const most = MOST[/** @type {keyof typeof MOST} */ (name)] ?? USUAL;
  const scripts = Object.keys(manifest.scripts ?? {}).filter((script) => /^(pre|post)?(install|prepare)$/.test(script));
  console.log(`${name}: ${Math.round(bytes / 1000)} kB, ${files.length} files`);
  return [
    ...(bytes > 1000 * most ? [`${name} is ${Math.round(bytes / 1000)} kB packed, more than ${most}`] : []),
    ...scripts.map((script) => `${name} has the install script ${script}`),
    ...["package/LICENSE", "package/README.md"]
      .filter((file) => !files.includes(file))
      .map((file) => `${name} lacks ${file}`),
    ...files
      .filter((file) => /^package\/(test|node_modules)\//.test(file))
      .slice(0, 1)
      .map((file) => `${name} holds ${file}`),
    ...["description", "license", "engines", "keywords"]
      .filter((field) => !(field in manifest))
      .map((field) => `${name} has no ${field}`),
    ...Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
      .filter(([, range]) => String(range).includes("workspace:") || String(range).includes("catalog:"))
      .map(([dependency]) => `${name} asks for ${dependency} in words that only this repository knows`),
  ];
}

/**
 * Each package in a project of its own. Ours come from the packed files, everything else as the README installs it.
 *
 * @param {Packed} packed
 * @param {readonly Packed[]} all
 * @param {readonly import("./check-docs/programs.mjs").Program[]} programs
 */
function alone({ name, folder: source }, all, programs) {
  const app = project(name.replace("/", "-"), installedBy(readFileSync(join(root, source, "README.md"), "utf8")), all);
  problems.push(...cameAlong(app).map((problem) => `${name}: ${problem}`));
  const manifest = JSON.parse(readFileSync(join(root, source, "package.json"), "utf8"));
  if (manifest.exports["."] !== undefined) run(root, "node", ["-e", `import(${JSON.stringify(name)})`], app);
  const program = programs.find(({ page }) => page.path === `${source}/README.md`);
  if (program === undefined) return console.log(`${name} alone: imported`);
  const { code } = transformSync("program.ts", program.source, {});
  writeFileSync(join(app, "program.mjs"), code);
  // Backends' READMEs name backends of their own.
  const env = program.source.includes('from "kwta"') ? [] : ["-u", "KWTA_BACKEND"];
  run(root, "env", [...env, `KWTA_CACHE_DIR=${join(app, "cache")}`, "node", "program.mjs"], app);
  console.log(`${name} alone: its example runs`);
}

/** What fails is noted, and the rest goes on. @param {string} what @param {() => void} work */
function tried(what, work) {
  try {
    work();
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param {string} name @param {readonly string[]} install @param {readonly Packed[]} all @returns {string} its folder */
function project(name, install, all) {
  const app = join(folder, name);
  mkdirSync(app);
  const own = Object.fromEntries(all.map((each) => [each.name, `file:${each.tarball}`]));
  const { catalog } = versions();
  const dependencies = Object.fromEntries(install.map((each) => [each, own[each] ?? catalog[each] ?? "*"]));
  writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  const overrides = Object.entries(own).map(([each, file]) => `  "${each}": "${file}"`);
  const settings = ["packages: []", "autoInstallPeers: false", "overrides:", ...overrides, ""];
  writeFileSync(join(app, "pnpm-workspace.yaml"), settings.join("\n"));
  run(root, "pnpm", ["install", "--ignore-scripts", "--prefer-offline", "--no-frozen-lockfile"], app);
  return app;
}

/** The versions that this repository is tested with. @returns {{ catalog: Record<string, string> }} */
function versions() {
  const text = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const lines = text.slice(text.indexOf("catalog:"), text.indexOf("catalogs:")).matchAll(/^ {2}"?([^":]+)"?: (\S+)$/gm);
  return { catalog: Object.fromEntries([...lines].map(([, name, version]) => [name, version])) };
}

/** What may not come along: a second TensorFlow.js, install scripts, other licences. @param {string} app @returns {string[]} */
function cameAlong(app) {
  const store = join(app, "node_modules", ".pnpm");
  const manifests = readdirSync(store).flatMap((entry) => {
    const inside = join(store, entry, "node_modules");
    const name = entry.replace(/^(@[^+]+)\+/, "$1/").replace(/(?!^)@.*$/, "");
    try {
      return [JSON.parse(readFileSync(join(inside, name, "package.json"), "utf8"))];
    } catch {
      return [];
    }
  });
  const copies = new Set(
    manifests.filter(({ name }) => name === "@tensorflow/tfjs-core").map(({ version }) => version),
  );
  const scripted = manifests.filter(({ scripts = {} }) =>
    ["preinstall", "install", "postinstall"].some((script) => script in scripts),
  );
  const licences = manifests.filter(
    ({ license }) => !LICENCES.test(typeof license === "string" ? license : (license?.type ?? "")),
  );
  return [
    ...(copies.size > 1 ? [`${copies.size} copies of TensorFlow.js came along`] : []),
    ...scripted
      .filter(({ name }) => !SCRIPTED.has(name))
      .map(({ name }) => `${name} came along and has an install script`),
    ...licences
      .filter(({ name }) => !LICENSED.has(name))
      .map(({ name, license }) => `${name} came along under ${JSON.stringify(license)}`),
  ];
}

/** @param {readonly Packed[]} packed @param {readonly import("./check-docs/programs.mjs").Program[]} programs */
function together(packed, programs) {
  const ours = packed.map(({ name }) => name);
  const others = packed.flatMap(({ folder: source }) =>
    installedBy(readFileSync(join(root, source, "README.md"), "utf8")),
  );
  const app = project("together", [...new Set([...ours, ...others, "@types/node"])], packed);
  problems.push(...cameAlong(app));
  for (const { name, source, extension } of programs) {
    if (extension === "ts" && !name.startsWith("docs-guides")) writeFileSync(join(app, `${name}.ts`), source);
  }
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
  };
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  for (const version of TYPESCRIPTS) {
    tried(`types under TypeScript ${version}`, () => {
      run(root, "npx", ["--yes", "-p", `typescript@${version}`, "tsc", "-p", "."], app);
      console.log(`types under TypeScript ${version}: right`);
    });
  }
  console.log(`npx kwta --version: ${run(root, "npx", ["kwta", "--version"], app).trim()}`);
  run(root, "npx", ["kwta", "models", "info", "mlp-h8@kwta:0.5", "--input", "8"], app);
}
