import type { Protocol } from "@kwta/evaluation";
import { basename, join } from "node:path";
import { command } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { chooseProtocol } from "../evaluate/protocol.ts";
import { formatsHelp } from "../evaluate/formats-help.ts";
import { checkMinRobust, readMinRobust } from "../evaluate/min-robust.ts";
import { chooseSamples, readSampleRange } from "../evaluate/samples.ts";
import { readTargets } from "../evaluate/targets.ts";
import { findVictim, MODEL_ARGUMENT, VICTIM_OPTIONS, type Victim } from "../evaluate/victim.ts";
import { readWork, WORK_OPTIONS } from "../evaluate/work-options.ts";
import { listed } from "../listed.ts";
import { BACKEND_OPTIONS, DATA_OPTIONS, readBackend, readCount, readThreat, SEED_OPTION } from "../options.ts";

/** `kwta evaluate`: thin over `@kwta/runs` and `@kwta/evaluation`. */
export const evaluate = command({
  name: "evaluate",
  description: "Attack a trained model: a protocol, and attacks of your choice beside it.",
  gone: {
    run: "Name the folder itself: kwta evaluate FOLDER.",
    model: "Name the folder or file itself: kwta evaluate MODEL.",
  },
  args: {
    model: MODEL_ARGUMENT,
    norm: { type: "string", description: "How the perturbation is measured. See below.", default: "linf" },
    eps: {
      type: "string",
      description: "Sizes of the perturbation: 0.1, 8/255, or several, 2/255,4/255,8/255.",
      default: "8/255",
    },
    samples: { type: "string", description: "Test images to attack, classes in their proportions.", default: "200" },
    range: {
      type: "string",
      description:
        "Only these of the samples, by position: 0-49. An evaluation of all takes the work of several ranges by --parts.",
    },
    protocol: {
      type: "string",
      description: "Which attacks, with parameters: quick:steps=20; or a .json, .js or .ts file. See below.",
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
    surrogate: {
      type: "string",
      description:
        "Another model, whose points are tried on this one, as in the paper's transfer attack: a run folder, pretrained:NAME. Several times.",
      valueHint: "model",
    },
    probes: {
      type: "string",
      description: "Images about which the diagnostics ask further questions, 350 passes each; 0: none.",
      default: "20",
    },
    "batch-size": {
      type: "string",
      description: "Images in one call of the model; changes no result.",
      default: "100",
    },
    "min-robust": {
      type: "string",
      description: "Exit code 3 where the robust accuracy at the largest eps is less than this share: 0.3 or 30%.",
    },
    targeted: {
      type: "string",
      description:
        "Count only what reaches a class: likely (the wrong class of highest score; so without a value), least-likely, random (by --seed), or one class for all, 3 or its name. Attacks that go for any wrong class are not run.",
      valueHint: "class",
    },
    ...SEED_OPTION,
    format: { type: "string", description: "Files beside report.json: html,md,npz. See below.", default: "html,md" },
    "save-images": { type: "boolean", description: "Save the adversarial examples of all broken images." },
    resume: {
      type: "boolean",
      description: "Go on with what was begun, and with nothing else: other settings are refused, and named.",
    },
    parts: {
      type: "string",
      description: "Folder parts/ of an evaluation elsewhere: what is finished there is not done again. Several times.",
    },
    out: {
      type: "string",
      description: "Each evaluation gets a folder of its own in evaluations/ of this one. Default: the run folder.",
      valueHint: "folder",
    },
    ...DATA_OPTIONS,
    ...VICTIM_OPTIONS,
    ...BACKEND_OPTIONS,
    ...WORK_OPTIONS,
  },
  groups: { IMAGES: DATA_OPTIONS, "THE MODEL": VICTIM_OPTIONS, WORK: { ...BACKEND_OPTIONS, ...WORK_OPTIONS } },
  examples: {
    "evaluate runs/train-glyphs28-1 --eps 0.1,0.2": "a run, at two sizes",
    "evaluate model.onnx --dataset mnist --eps 0.1": "an ONNX file, by its scores",
    "evaluate net.pth --net resnet18@relu --dataset cifar10 --protocol standard": "a checkpoint of PyTorch",
    "evaluate runs/train-glyphs28-1 --eps 0.1 --min-robust 30%": "for CI: exit code 3 below that",
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
    const { evaluateIntoFolder, openDataset, openVictim, REPORT } = await import("@kwta/runs");
    const { evaluationText, parseFormats } = await import("@kwta/report");
    const { withAttacks } = await import("@kwta/evaluation");
    const { writeReports } = await import("../evaluate/report-files.ts");
    const { openSurrogates } = await import("../evaluate/surrogates.ts");
    const { openWorkforce } = await import("../evaluate/workers.ts");
    const formats = parseFormats(args.format);
    const victim = await findVictim(args.model, args, terminal.all("header"));
    const settings = await readSettings(args, terminal, victim);
    const { workers, ...limits } = readWork(args);
    const samples = readCount("samples", args.samples, 1)!;
    const range = readSampleRange(args.range);
    const least = readMinRobust(args["min-robust"]);
    const backend = await start(readBackend(args));
    const { signal, onProgress, note: onNote } = terminal;
    const dataset = await openDataset(victim.dataset, { download: args.download, signal, onProgress, onNote });
    const { shape, classNames } = dataset;
    const images = { shape, numClasses: classNames.length, name: `The images of ${victim.dataset.name}` };
    const model = await openVictim(victim.settings, images);
    const surrogates = await openSurrogates(terminal.all("surrogate"), images);
    const protocol =
      surrogates.entries.length === 0 ? settings.protocol : withAttacks(settings.protocol, surrogates.entries);
    const out = args.out ?? victim.out;
    const targets = readTargets(args.targeted, classNames);
    const chosen = await chooseSamples(dataset, samples, { bounds: victim.settings.bounds, without: targets, range });
    const workforce = await openWorkforce(
      workers,
      {
        victim: victim.settings,
        images,
        backend: readBackend(args),
        plugins: terminal.all("plugin"),
        batchSize: settings.batchSize,
      },
      { victim: model, backend, note: onNote },
    );
    terminal.note(`Backend: ${workforce.backend.spec}. The report goes to ${join(out, "evaluations")}.`);
    signal.addEventListener("abort", () => terminal.note("Nothing is lost: the same command goes on from here."));
    try {
      const { folder, evaluation } = await evaluateIntoFolder(out, model.classifier, chosen, {
        ...settings,
        protocol,
        ...limits,
        targets,
        backend: workforce.backend,
        runner: workforce.runner,
        environment: model.environment,
        keepImages: galleryImages(chosen.x.shape, settings.threat.eps.length * protocol.entries.length),
        saveImages: args["save-images"] === true,
        resume: args.resume === true,
        otherParts: terminal.all("parts"),
        onNote,
        command: terminal.commandLine,
        subject: { model: victim.name, dataset: dataset.name, classNames },
        task: "attack",
        signal,
        onProgress,
      });
      const paths = await writeReports(folder, evaluation, formats);
      terminal.say(evaluationText(evaluation));
      terminal.note(`Report in ${folder}: ${[...paths.map((path) => basename(path)), REPORT].join(", ")}`);
      terminal.result({ ...evaluation, folder });
      checkMinRobust(evaluation, least);
    } finally {
      await workforce.end();
      chosen.x.dispose();
      await surrogates.dispose();
      await model.dispose();
    }
  },
});

interface EvaluationSettings {
  readonly threat: Awaited<ReturnType<typeof readThreat>>;
  readonly protocol: Protocol;
  readonly seed: number;
  readonly batchSize: number;
  readonly probes: number;
}

/** What is evaluated, and how: all that is refused at once where it cannot be. */
async function readSettings(
  args: Readonly<Record<"norm" | "eps" | "protocol" | "seed" | "batch-size" | "probes", string>>,
  { all }: Pick<Terminal, "all">,
  { settings }: Victim,
): Promise<EvaluationSettings> {
  return {
    threat: await readThreat(args, settings.bounds),
    protocol: await chooseProtocol({
      protocol: args.protocol,
      without: all("without").flatMap((names) => names.split(",")),
      attacks: all("attack"),
      plugins: all("plugin"),
    }),
    seed: readCount("seed", args.seed)!,
    batchSize: readCount("batch-size", args["batch-size"], 1)!,
    probes: readCount("probes", args.probes)!,
  };
}

/** How many images of each attack at each size go into the report: a few, as far as they fill no more than 32 MB. */
function galleryImages([n, ...shape]: readonly number[], runs: number): number {
  // Two images of 32-bit floats as base64.
  const bytes = (2 * 4 * 4 * shape.reduce((product, axis) => product * axis, 1)) / 3;
  return Math.min(n!, 4, Math.floor(2 ** 25 / (bytes * Math.max(1, runs))));
}

const ACCESS = { gradient: "follows gradients", score: "asks for scores", label: "asks for decisions" } as const;
