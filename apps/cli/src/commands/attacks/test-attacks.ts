import type { AttackLike } from "@kwta/attacks";
import { InputError, throwIfAborted } from "@kwta/core";
import { command } from "../../command.ts";
import { loadPlugin } from "../../plugins.ts";

/** What a test of the contract found. */
interface Finding {
  readonly test: string;
  readonly passed: boolean;
  readonly reason?: string;
}

/** `kwta attacks test`: the contract suite on the attacks of a package. */
export const testAttacks = command({
  name: "attacks test",
  description: "Hold the attacks of a package against the contract that every attack keeps.",
  args: {
    package: { type: "positional", description: "Package, folder of one, or .js file with attacks.", required: true },
    attack: {
      type: "string",
      description: "This attack alone, with parameters that are cheap: NAME:KEY=VALUE. May be given several times.",
    },
  },
  async run(args, terminal) {
    const { parseAttack } = await import("@kwta/attacks");
    const { contractTests } = await import("@kwta/attacks/testing");
    const name = args.package;
    const offered = await loadPlugin(name);
    const texts = terminal.all("attack");
    const attacks: readonly AttackLike[] =
      texts.length === 0 ? offered : texts.map((text) => parseAttack(text, offered));
    const { cpu } = await import("@kwta/backend");
    const { start } = await import("../../start.node.ts");
    await start({ backends: [cpu()] });
    const tests = attacks.flatMap((attack) => contractTests(attack));
    const found: Finding[] = [];
    for (const [done, test] of tests.entries()) {
      throwIfAborted(terminal.signal);
      terminal.onProgress({ task: test.name, done, total: tests.length, unit: "test" });
      const finding = await outcomeOf(test);
      found.push(finding);
      terminal.say(finding.passed ? `ok    ${finding.test}` : `FAIL  ${finding.test}\n      ${finding.reason}`);
    }
    const failed = found.filter(({ passed }) => !passed).length;
    const counts = `${tests.length - failed} of ${tests.length} tests passed`;
    terminal.result({ package: name, attacks: attacks.map(({ id }) => id), failed, tests: found });
    if (failed > 0) throw new InputError(`${counts}. docs/guides/write-an-attack.md says what the contract asks for.`);
    terminal.say(counts);
  },
});

async function outcomeOf(test: { readonly name: string; run(): Promise<void> }): Promise<Finding> {
  try {
    await test.run();
    return { test: test.name, passed: true };
  } catch (error) {
    return { test: test.name, passed: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
