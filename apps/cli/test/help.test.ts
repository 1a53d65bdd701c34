import { DATASETS } from "@kwta/datasets";
import { expect, test } from "vitest";
import type { Command } from "../src/command.ts";
import { COMMANDS } from "../src/commands/index.ts";
import { progressLine } from "../src/progress-line.ts";
import { emptyFolder, kwtaHere } from "./kwta.ts";

/** Every command and every action of one, by what is typed. */
const ALL: readonly (readonly [typed: string, command: Command])[] = Object.entries(COMMANDS).flatMap(
  ([name, command]) => [
    [name, command] as const,
    ...Object.entries(command.actions ?? {}).map(([action, each]) => [`${name} ${action}`, each] as const),
  ],
);

test("help of all commands and actions: plain text, in 80 columns, every option, argument and default", async () => {
  const cwd = await emptyFolder();
  for (const [typed, { name, args, examples = {}, groups = {} }] of ALL) {
    const { code, stdout, stderr } = await kwtaHere(cwd, [...typed.split(" "), "--help"]);
    expect([code, stderr, name]).toEqual([0, "", typed]);
    expect(stdout).not.toContain("\u001B");
    // A command line is not broken, since it could not be copied then.
    const tooLong = stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith("  kwta "));
    expect(tooLong).toEqual([]);
    const text = stdout.replaceAll(/\s+/g, " ");
    for (const [key, arg] of Object.entries(args)) {
      expect(text).toContain(arg.type === "positional" ? key.toUpperCase() : `--${key} `);
      expect(text).toContain(arg.description);
      if (arg.default !== undefined) expect(text).toContain(`${arg.description} Default: ${String(arg.default)}.`);
    }
    for (const title of Object.keys(groups)) expect(stdout).toContain(`\n${title}\n`);
    for (const line of Object.keys(examples)) expect(stdout).toContain(`  kwta ${line}`);
  }
});

test("examples of help can be run: their options, arguments and actions are there", () => {
  for (const [, { examples = {} }] of ALL) {
    for (const line of Object.keys(examples)) {
      const [name, ...words] = line.replace(/ > .*/, "").split(" ");
      expect(() => COMMANDS[name!]!.check(words)).not.toThrow();
    }
  }
});

test("kwta, kwta --help and kwta help list all commands; kwta help NAME is the help of one", async () => {
  const cwd = await emptyFolder();
  const bare = await kwtaHere(cwd, []);
  for (const word of ["--help", "-h", "help"]) expect((await kwtaHere(cwd, [word])).stdout).toBe(bare.stdout);
  for (const name of Object.keys(COMMANDS)) expect(bare.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  const evaluate = await kwtaHere(cwd, ["help", "evaluate"]);
  expect(evaluate.stdout).toBe((await kwtaHere(cwd, ["evaluate", "--help"])).stdout);
  const words = new Set(evaluate.stdout.split(/[^\w-]+/));
  expect(Object.keys(DATASETS).filter((name) => !words.has(name))).toEqual([]);
});

test.each([
  [["trian"], 'kwta has no command "trian".*Did you mean "train"'],
  [["attacks", "ifno"], 'Unknown action "ifno".*Did you mean "info"'],
  [["evaluate", ".", "--sampels", "3"], 'no option --sampels.*Did you mean "--samples"'],
  [["attacks", "info", "pdg"], 'Unknown attack "pdg".*Did you mean "pgd"'],
  [["datasets", "show", "mnsit"], 'Unknown data set "mnsit".*Did you mean "mnist"'],
  [["models"], "kwta models needs to know what to do: list, info, import, export"],
  [["models", "info"], "kwta models info needs WHAT. An id such as"],
  [["models", "import", "a.pth"], "kwta models import needs --model. Id of the network"],
  [["models", "export", "run", "--out", "r2.pth"], "writes no .pth file.*safetensors"],
])("kwta %j: what was meant or missing, and with --json as a document", async (args, message) => {
  const cwd = await emptyFolder();
  const { code, stdout, stderr } = await kwtaHere(cwd, args);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(new RegExp(message))]);
  const json = await kwtaHere(cwd, [...args, "--json"]);
  expect(JSON.parse(json.stdout)).toEqual({ error: { kind: "input", message: stderr.trim(), exitCode: 2 } });
  expect([json.code, json.stderr]).toEqual([2, stderr]);
});

test("progress in a log: a line every ten seconds, also where tasks are shorter than that", () => {
  let clock = 0;
  let log = "";
  const line = progressLine({ write: (text) => (log += text), interactive: false, now: () => clock });
  for (let task = 0; task < 5; task++) {
    for (let done = 1; done <= 4; done++) {
      line.show({ task: `part ${task}`, done, total: 4, unit: "step" });
      clock += 1000;
    }
    line.clear();
  }
  expect(log).toBe("part 2  3/4 steps  75 %  1 s left\n");
});
