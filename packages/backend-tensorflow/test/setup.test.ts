import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KernelPack, SetupOptions } from "@kwta/backend";
import { AbortedError, InputError, type Progress } from "@kwta/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KWTA_NATIVE_API } from "../src/index.node.ts";
import { readRecord } from "../src/setup/setup-record.node.ts";
import { removeTensorflow, setupTensorflow, type TensorflowSetupReport } from "../src/setup/setup-tensorflow.node.ts";
import { raiseStage, VERDICT, type Stage } from "./helpers/stage.ts";

const python = spawnSync("python3", ["--version"]).status === 0 && process.platform === "linux";

// They start some dozen processes each.
vi.setConfig({ testTimeout: 90_000 });

describe.skipIf(!python)(`setup${python ? "" : " (skipped: needs python3 on Linux)"}`, () => {
  let stage: Stage;
  let folder: string;
  const good = `console.log(JSON.stringify(${JSON.stringify(VERDICT)}))`;
  const run = (
    { params, ...options }: Partial<SetupOptions> = {},
    verifier: string = good,
  ): Promise<TensorflowSetupReport> =>
    setupTensorflow({
      params: { tensorflowVersion: "9.9.9", ...params },
      verifier: stage.verifier(verifier),
      ...options,
    });
  const compilations = (): number => stage.calls().filter((call) => call.startsWith("c++") && / -c /.test(call)).length;

  beforeEach(() => {
    stage = raiseStage();
    folder = join(stage.cache, "tensorflow");
  });
  afterEach(() => stage.strike());

  test("leaves a backend, with no more of the wheel than is needed, and is quick the second time", async () => {
    const tasks: Progress[] = [];
    const first = await run({ onProgress: (progress) => tasks.push(progress) });
    expect(first).toMatchObject({ folder, wasThere: false, verdict: VERDICT, tensorflow: { version: "9.9.9" } });
    expect(new Set(tasks.map(({ task }) => task))).toEqual(new Set(["unpack TensorFlow", "compile", "verify"]));
    const record = readRecord(folder)!;
    expect(readdirSync(record.tensorflow.folder, { recursive: true }).sort()).toEqual([
      "include",
      "include/tensorflow",
      "include/tensorflow/c",
      "include/tensorflow/c/c_api.h",
      "libtensorflow_cc.so.2",
      "libtensorflow_framework.so.2",
    ]);
    expect(Object.values(record.addons).map((path) => existsSync(path))).toEqual([true, true, true]);
    const count = compilations();
    expect(count).toBeGreaterThan(3);
    expect(await run()).toMatchObject({ wasThere: true, bytes: first.bytes });
    expect(compilations()).toBe(count);
    await run({ force: true });
    expect(compilations()).toBe(2 * count);
    expect(readdirSync(folder).filter((name) => name.startsWith("addons-"))).toHaveLength(1);
    expect(await removeTensorflow()).toBe(first.bytes);
    expect(existsSync(folder)).toBe(false);
  });

  test("compiles for this CPU without fast math", async () => {
    await run();
    const call = stage.calls().find((each) => / -c .*addon\.cc/.test(each));
    expect(call).toMatch(/-O3 -march=native -ffp-contract=fast/);
    expect(stage.calls().join()).not.toMatch(/fast-math/);
  });

  test("two at a time: one waits, then finds what the other one made", async () => {
    const onWait = vi.fn<() => void>();
    const reports = await Promise.all([run({ onWait }), run({ onWait })]);
    expect(onWait).toHaveBeenCalledTimes(1);
    expect(reports.map(({ wasThere }) => wasThere).sort()).toEqual([false, true]);
  });

  test("a backend that crashes or is wrong is not used, and what it took stays away", async () => {
    const crash = run({}, 'process.kill(process.pid, "SIGILL")');
    await expect(crash).rejects.toThrow(/an instruction that this CPU does not have \(SIGILL\)/);
    const wrong = run({}, 'console.error("It computes wrong numbers."); process.exitCode = 1');
    await expect(wrong).rejects.toThrow("The backend was built but does not work here; it is not used. It computes");
    expect(readRecord(folder)).toBeUndefined();
    // What was downloaded is not downloaded again.
    expect(readdirSync(folder)).toEqual(["tensorflow-cpu-9.9.9-linux-x64"]);
    await run();
    expect(stage.calls().filter((call) => / download /.test(call))).toHaveLength(1);
  });

  test("stopped in the middle it leaves nothing half done, and goes on the next time", async () => {
    const stop = new AbortController();
    stage.program("c++", 'case "$*" in *--version*) exit 0 ;; esac', "sleep 20");
    const stopped = run({ signal: stop.signal, onProgress: ({ task }) => task === "compile" && stop.abort() });
    await expect(stopped).rejects.toThrow(AbortedError);
    expect(readdirSync(folder)).toEqual(["tensorflow-cpu-9.9.9-linux-x64"]);
    // What a run that was killed would leave.
    mkdirSync(join(folder, "unfinished-1"));
    stage.program("c++", 'for last; do :; done; case "$*" in *-o*) echo made > "$last" ;; esac');
    await run();
    expect(readdirSync(folder)).not.toContain("unfinished-1");
  });

  test("uses a folder that is given, or what Python has, and downloads nothing then", async () => {
    const site = join(stage.cache, "site-packages");
    const c = join(site, "tensorflow", "include", "tensorflow", "c");
    mkdirSync(c, { recursive: true });
    await expect(run({ params: { from: site } })).rejects.toThrow(
      /holds no libtensorflow_cc and libtensorflow_framework/,
    );
    for (const part of ["cc", "framework"]) writeFileSync(join(site, "tensorflow", `libtensorflow_${part}.so.2`), "");
    await expect(run({ params: { from: site } })).rejects.toThrow(/not its headers/);
    writeFileSync(join(c, "c_api.h"), "");
    expect(await run({ params: { from: site } })).toMatchObject({
      tensorflow: { own: false, folder: join(site, "tensorflow"), version: "9.9.9" },
    });
    const found = JSON.stringify({ folder: join(site, "tensorflow"), version: "9.9.9" });
    stage.program("python3", `[ "$*" = - ] && echo '${found}'`);
    expect((await run({ force: true })).tensorflow).toMatchObject({ own: false, version: "9.9.9" });
    expect(stage.calls().join()).not.toMatch(/ download /);
  });

  test("asks before it downloads", async () => {
    const confirm = vi.fn<(what: string) => Promise<boolean>>(() => Promise.resolve(false));
    await expect(run({ confirm })).rejects.toThrow("Nothing was set up.");
    expect(confirm).toHaveBeenCalledWith(expect.stringMatching(/a download of \d+ MB, and 1250 MB of disk/));
    await run();
    await run({ confirm });
    expect(confirm).toHaveBeenCalledTimes(1);
  });

  describe("says what is missing and how to get it", () => {
    const failsWith = async (message: RegExp, options: Partial<SetupOptions> = {}): Promise<void> => {
      const failure = await run(options).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(InputError);
      expect((failure as Error).message).toMatch(message);
      expect(readRecord(folder)).toBeUndefined();
    };

    test("no compiler", async () => {
      vi.stubEnv("CXX", "no-such-compiler");
      await failsWith(/^The C\+\+ compiler no-such-compiler, which CXX names, cannot be run\./);
      vi.stubEnv("CXX", "");
      vi.stubEnv("PATH", "/no-such-folder");
      await failsWith(/^There is no C\+\+ compiler\. Install one: /);
    });

    test("no Python, and Python without pip", async () => {
      stage.program("python3", '[ "$*" = --version ]');
      await failsWith(/^python3 has no pip; pip is what fetches TensorFlow\. Install it: /);
    });

    test("a compiler that fails, with all that it said", async () => {
      stage.program("c++", '[ "$1" = --version ] && exit 0', 'echo "x.cc:1: error: no such thing" >&2; exit 1');
      await failsWith(
        /^The compiler c\+\+ failed: x\.cc:1: error: no such thing\. All that it said is in .*compiler\.log/,
      );
      expect(existsSync(join(folder, "compiler.log"))).toBe(true);
    });

    test("a kernel pack for other headers: its list says so, or its C++", async () => {
      const pack = (headers: number): KernelPack => ({
        api: 1,
        name: "third-party",
        native: async () => ({ headers, sources: [], kernels: [] }),
        checks: [],
      });
      await failsWith(
        new RegExp(
          `^The C\\+\\+ of the kernel pack "third-party" is written for version 7 of native-op\\.h, and this .* has version ${KWTA_NATIVE_API}\\.`,
        ),
        { kernels: [pack(7)] },
      );
      const said =
        "native-op.h:17: error: static assertion failed: kernels for version 7 of native-op.h, which is another one";
      stage.program("c++", '[ "$1" = --version ] && exit 0', `echo "/pack/x.cc:3: ${said}" >&2; exit 1`);
      await failsWith(/^\/pack\/x\.cc is written for version 7 of native-op\.h, .*\. Update the older one/, {
        kernels: [pack(KWTA_NATIVE_API)],
      });
    });

    test("another file than the pinned one", async () => {
      await failsWith(/has SHA-256 [0-9a-f]{64}, not 2b847d217b02/, { params: { tensorflowVersion: "" } });
    });

    test.each([
      [
        "no way out",
        "ERROR: NewConnectionError: Temporary failure in name resolution",
        /cannot reach its package index/,
      ],
      [
        "a version that is not there",
        "ERROR: Could not find a version (from versions: 2.20.0, 2.21.0)\nERROR: No matching distribution found",
        /has no tensorflow-cpu==9\.9\.9 for this platform; it has 2\.20\.0, 2\.21\.0\. Ask for another/,
      ],
      ["a full disk", "OSError: [Errno 28] No space left on device", /^The disk filled up while/],
    ])("pip: %s", async (_, said, message) => {
      const script = `case "$*" in *' download '*) printf '%s\\n' "${said}" >&2; exit 1 ;; "-") exit 1 ;; esac`;
      stage.program("python3", script);
      await failsWith(message);
    });
  });
});
