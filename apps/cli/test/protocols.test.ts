import { PROTOCOLS } from "@kwta/evaluation";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseProtocol } from "../src/evaluate/protocol.ts";
import { notLoaded } from "../src/import-file.ts";
import { emptyFolder, kwtaHere } from "./kwta.ts";

test("lists every protocol, and tells what one runs", async () => {
  const cwd = await emptyFolder();
  const listed = (await kwtaHere(cwd, ["protocols", "list"])).stdout;
  for (const { id, version, summary } of PROTOCOLS)
    expect(listed).toMatch(new RegExp(`^${id}@${version} +${summary.slice(0, 20)}`, "m"));
  const info = (await kwtaHere(cwd, ["protocols", "info", "adaptive"])).stdout;
  expect(info).toMatch(/gate-again +cascade\(adaptive\(apgd\)[^)]*,adaptive\(apgd:loss=margin\):backward=gate:0.2/);
  expect(info).toContain("in up to 4 rounds");
  const refused = await kwtaHere(cwd, ["protocols", "info", "standart"]);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/Unknown protocol "standart". Known: standard/),
  ]);
});

test("what info prints for programs is a protocol to change and to use", async () => {
  const cwd = await emptyFolder();
  const { stdout } = await kwtaHere(cwd, ["protocols", "info", "quick:steps=3", "--json"]);
  const file = join(cwd, "mine.json");
  await writeFile(file, stdout.replace('"quick-1-steps-3"', '"mine"').replace("pgd:steps=3,", "pgd:steps=5,"));
  const protocol = await chooseProtocol({ protocol: file, attacks: ["square:queries=10"], plugins: [] });
  expect(protocol.id).toBe("mine@1 + square:queries=10");
  expect(protocol.entries.map(({ id }) => id)).toEqual(["pgd", "gate", "gradient-estimate", "square:queries=10"]);
  expect(protocol.entries[0]!.attack.params).toMatchObject({ steps: 5, restarts: 3 });
});

test("attacks can be left out", async () => {
  const chosen = { protocol: "standard", attacks: ["pgd"], plugins: [] };
  const { id, entries } = await chooseProtocol({ ...chosen, without: ["fab-t", "square"] });
  expect(id).toBe("standard@1 - fab-t - square + pgd");
  expect(new Set(entries.map((entry) => entry.id))).toEqual(new Set(["apgd-ce", "apgd-t", "pgd"]));
  await expect(chooseProtocol({ ...chosen, without: ["sqare"] })).rejects.toThrow(
    'Unknown attack of the protocol standard@1 "sqare". Known: square',
  );
  const all = ["apgd-ce", "apgd-t", "fab-t", "square"];
  await expect(chooseProtocol({ ...chosen, without: all })).rejects.toThrow("has no attack left");
});

test("a file may name the attacks of a plugin, or be a module", async () => {
  const cwd = await emptyFolder();
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(cwd, name), text);
    return join(cwd, name);
  };
  const attack = `{ api: 1, id: "me/own", version: "1.0.0", access: "label", norms: ["linf"], goals: ["untargeted"], stochastic: false,
    schema: {}, params: {}, of: [], run: async () => {} }`;
  const plugin = await write("plugin.mjs", `export const attacks = [${attack}];`);
  const entries = [{ id: "own", attack: "own" }];
  const json = await write("mine.json", JSON.stringify({ schema: "kwta-protocol@1", id: "mine", version: 2, entries }));
  const named = await chooseProtocol({ protocol: json, attacks: [], plugins: [plugin] });
  expect([named.id, named.entries.map(({ attack: { id } }) => id)]).toEqual(["mine@2", ["me/own"]]);
  await expect(chooseProtocol({ protocol: json, attacks: [], plugins: [] })).rejects.toThrow('Unknown attack "own"');

  const module = await write(
    "mine.mjs",
    `export const protocol = { id: "m@1", entries: [{ id: "own", attack: ${attack} }] };`,
  );
  expect((await chooseProtocol({ protocol: module, attacks: [], plugins: [] })).entries[0]!.attack.id).toBe("me/own");
  const broken = await write(
    "broken.mjs",
    `export const protocol = { id: "m@1", entries: [{ id: "own", attack: {} }] };`,
  );
  const empty = await write("empty.mjs", "export const nothing = 1;");
  const wrong = await write("wrong.mjs", "export const = 1;");
  // This Node may or may not run it: tested with the error that it gives.
  const unknown = Object.assign(new Error("Unknown file extension"), { code: "ERR_UNKNOWN_FILE_EXTENSION" });
  expect(notLoaded("mine.ts", "protocol", unknown).message).toMatch(/"mine\.ts" is TypeScript.*Node 22\.18 or newer/);
  for (const [file, message] of [
    [broken, "This attack cannot be used"],
    [empty, "exports no protocol"],
    [wrong, "cannot be loaded"],
    [join(cwd, "absent.mjs"), "There is no file"],
    [join(cwd, "absent.json"), "absent.json"],
  ] as const) {
    await expect(chooseProtocol({ protocol: file, attacks: [], plugins: [] })).rejects.toThrow(message);
  }
});
