import { join } from "node:path";
import { command } from "../command.ts";
import { chooseProtocol } from "../evaluate/protocol.ts";
import { formatsHelp } from "../evaluate/formats-help.ts";
import { findVictim } from "../evaluate/victim.ts";
import { listed } from "../listed.ts";
import {
  BACKEND_OPTIONS,
  DATA_OPTIONS,
  RANGE_OPTIONS,
  readBackend,
  readCount,
  readRange,
  readThreat,
  SEED_OPTION,
} from "../options.ts";

/** `kwta evaluate`: thin over `@kwta/runs` and `@kwta/evaluation`. */
export const evaluate = command({
  name: "evaluate",
  description: "Attack a trained model: a protocol, and attacks of your choice beside it.",
  args: {
    run: { type: "string", description: "Run folder of kwta train." },
    model: {
      type: "string",
      description: "Or a folder with a TensorFlow.js model (model.json): layers or graph model.",
    },
    gamma: { type: "string", description: "With --run of an incremental training: the net at this sparsity ratio." },
    ...DATA_OPTIONS,
    ...RANGE_OPTIONS,
    norm: { type: "string", description: "How the perturbation is measured. See below.", default: "linf" },
    eps: {
      type: "string",
      description: "Sizes of the perturbation: 0.1, 8/255, or several, 2/255,4/255,8/255.",
      default: "8/255",
    },
    samples: { type: "string", description: "Test images to attack, classes in their proportions.", default: "200" },
    protocol: {
      type: "string",
      description: "Which attacks, with parameters: quick:steps=20; or a .json or .js file. See below.",
      default: "quick",
    },
    without: {
      type: "string",
      description: "Attacks of the protocol to leave out: square, or several, fab-t,square.",
    },
    attack: {
      type: "string",
      description: "An attack beside the protocol: pgd:steps=100,stepSize=2/255. May be given several times.",
    },
    plugin: {
      type: "string",
      description: "Package or file with attacks for --attack; all of them are run where none is named. Several times.",
    },
    probes: {
      type: "string",
      description: "Images about which the diagnostics ask further questions, 350 passes each; 0: none.",
      default: "20",
    },
    ...SEED_OPTION,
    ...BACKEND_OPTIONS,
    format: { type: "string", description: "Files beside report.json: html,md,npz. See below.", default: "html,md" },
    "save-images": { type: "boolean", description: "Save the adversarial examples of all broken images." },
    out: {
      type: "string",
      description: "Each evaluation gets a folder of its own in evaluations/ of this one. Default: the run folder.",
    },
  },
  async details() {
    const { attackName, ATTACKS, COMBINATORS, NORM_NAMES } = await import("@kwta/attacks");
    const { PROTOCOLS } = await import("@kwta/evaluation");
    const { REPORT_FORMATS } = await import("@kwta/report");
    const attacks = ATTACKS.map(({ id, schema, access, norms }) => {
      return { id: attackName(id), schema, summary: `${ACCESS[access]}; ${norms.join(", ")}` };
    });
    const combinators = COMBINATORS.map(({ id, schema }) => {
      return { id: `${attackName(id)}(ATTACK,...)`, schema, summary: "made of other attacks" };
    });
    return [
      listed("PROTOCOLS", "--protocol NAME:KEY=VALUE,KEY=VALUE", PROTOCOLS),
      listed("ATTACKS", "--attack NAME:KEY=VALUE,KEY=VALUE", [...attacks, ...combinators]),
      formatsHelp(REPORT_FORMATS),
      `NORMS  --norm NAME: ${NORM_NAMES.join(", ")}\n`,
    ].join("\n");
  },
  async run(args, terminal) {
    const { start } = await import("../start.node.ts");
    const { evaluateIntoFolder, openDataset, REPORT } = await import("@kwta/runs");
    const { asClassifier } = await import("@kwta/attacks");
    const { evaluationText, parseFormats } = await import("@kwta/report");
    const { writeReports } = await import("../evaluate/report-files.ts");
    const { toBounds } = await import("../evaluate/to-bounds.ts");
    const { subset, toTensors } = await import("@kwta/datasets");
    const formats = parseFormats(args.format);
    const victim = await findVictim(args);
    const range = readRange(args);
    const threat = await readThreat(args, range.bounds);
    const protocol = await chooseProtocol({
      protocol: args.protocol,
      without: args.without?.split(","),
      attacks: terminal.all("attack"),
      plugins: terminal.all("plugin"),
    });
    const samples = readCount("samples", args.samples, 1)!;
    const probes = readCount("probes", args.probes)!;
    const seed = readCount("seed", args.seed)!;
    const backend = await start(readBackend(args));
    const { signal, onProgress, note: onNote } = terminal;
    const dataset = await openDataset(victim.dataset, { download: args.download, signal, onProgress, onNote });
    const model = await victim.load();
    const out = args.out ?? victim.out;
    terminal.note(`Backend: ${backend.spec}. The report goes to ${join(out, "evaluations")}.`);
    signal.addEventListener("abort", () => terminal.note("Nothing is lost: the same command goes on from here."));
    const attacked = subset(dataset.test, Math.min(samples, dataset.test.size), 0);
    const images = toTensors(attacked, { start: 0, end: attacked.size });
    const chosen = { ...images, x: toBounds(images.x, range.bounds) };
    try {
      const { folder, evaluation } = await evaluateIntoFolder(out, asClassifier(model, range), chosen, {
        backend,
        protocol,
        threat,
        seed,
        probes,
        keepImages: galleryImages(chosen.x.shape, threat.eps.length * protocol.entries.length),
        saveImages: args["save-images"] === true,
        command: terminal.commandLine,
        subject: { model: victim.name, dataset: dataset.name, classNames: dataset.classNames },
        task: "attack",
        signal,
        onProgress,
      });
      const paths = await writeReports(folder, evaluation, formats);
      terminal.say(evaluationText(evaluation));
      terminal.note(`Report: ${[...paths, join(folder, REPORT)].join(", ")}`);
      terminal.result({ ...evaluation, folder });
    } finally {
      images.x.dispose();
      chosen.x.dispose();
      model.dispose();
    }
  },
});

/** How many images of each attack at each size go into the report: a few, as far as they fill no more than 32 MB. */
function galleryImages([n, ...shape]: readonly number[], runs: number): number {
  // Two images of 32-bit floats as base64.
  const bytes = (2 * 4 * 4 * shape.reduce((product, axis) => product * axis, 1)) / 3;
  return Math.min(n!, 4, Math.floor(2 ** 25 / (bytes * Math.max(1, runs))));
}

const ACCESS = { gradient: "follows gradients", score: "asks for scores", label: "asks for decisions" } as const;
