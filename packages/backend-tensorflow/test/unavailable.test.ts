import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { tensorflow } from "../src/index.node.ts";
import { explain } from "../src/load/load-addon.node.ts";
import { clearError } from "../src/load/tensorflow-error.ts";
import { howToInstall } from "../src/setup/advice.node.ts";
import { checkGlibc, whyUnsupported } from "../src/setup/check-system.node.ts";
import { usableCores } from "../src/setup/cores.node.ts";
import { FORMAT, recordPath, type SetupRecord } from "../src/setup/setup-record.node.ts";
import { wheelFor } from "../src/setup/wheels.ts";

describe("a backend that cannot be used is left alone, and the reason says what to do", () => {
  let cache: string;
  const record: SetupRecord = {
    format: FORMAT,
    tensorflow: { version: "2.21.0", folder: "/none", include: "/none/include", gpu: false, own: true },
    tfjsNode: { version: "4.22.0", folder: "/none" },
    addons: { start: "/none/start.node", binding: "/none/binding.node", native: "/none/native.node" },
    sources: [],
  };
  const write = (machine?: string): void => {
    mkdirSync(join(cache, "tensorflow"));
    writeFileSync(recordPath(join(cache, "tensorflow"), machine), JSON.stringify(record));
  };

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "kwta-unavailable-"));
    vi.stubEnv("KWTA_CACHE_DIR", cache);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });

  test("none is set up", async () => {
    const message = "It is not set up on this machine; to do that: kwta setup tensorflow.";
    await expect(tensorflow().start()).rejects.toThrow(message);
  });

  test("one for another CPU, in a folder that machines share", async () => {
    write("linux-x64-0123456789ab-napi8");
    await expect(tensorflow().start()).rejects.toThrow(/for another CPU than this machine's; .* kwta setup/);
  });

  test("one whose native kernels come from other sources", async () => {
    write();
    await expect(tensorflow().start()).rejects.toThrow(/for another version of kwta; .* kwta setup tensorflow/);
  });

  test("one whose files are gone", async () => {
    write();
    await expect(tensorflow({ native: false }).start()).rejects.toThrow(/start\.node is missing; .* --force/);
  });
});

describe("what the dynamic loader says becomes advice", () => {
  test.each([
    ["/a/x.node: cannot open shared object file: No such file or directory", /^The library \/a\/x\.node is missing; /],
    ["libcudart.so.12: cannot open shared object file: No such file", /libcudart.* missing: install NVIDIA's driver/],
    ["/lib/libc.so.6: version `GLIBC_2.38' not found (required by x)", /it needs a newer system/],
    ["x: undefined symbol: TF_Foo", /^It cannot be loaded \(x: undefined symbol: TF_Foo\); .* kwta setup .*--force\.$/],
  ])("%s", (said, advice) => {
    expect(explain(said)).toMatch(advice);
  });
});

test("errors inside TensorFlow say what was computed, without its graph", () => {
  const error = clearError(
    "Fill",
    new Error(
      "Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[9] and type float on " +
        "/job:localhost/replica:0/task:0/device:CPU:0 by allocator cpu [Op:Fill]",
    ),
  );
  expect(error.message).toBe(
    "TensorFlow cannot compute Fill: OOM when allocating tensor with shape[9] and type float. " +
      "The memory does not suffice: compute on fewer samples at a time (a smaller batch), or free tensors.",
  );
  const other = new Error("Passed a null tensor");
  expect(clearError("Fill", other)).toBe(other);
});

test("threads follow what a container may use", () => {
  const cgroup = (files: Record<string, string>) => (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error("ENOENT");
    return text;
  };
  expect(usableCores(cgroup({ "/sys/fs/cgroup/cpu.max": "50000 100000\n" }))).toBe(1);
  const old = {
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000\n",
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
  };
  expect(usableCores(cgroup(old))).toBe(1);
  const all = usableCores(cgroup({}));
  expect(all).toBeGreaterThanOrEqual(1);
  expect(usableCores(cgroup({ "/sys/fs/cgroup/cpu.max": "max 100000\n" }))).toBe(all);
});

test("each system is told what it can have and how to get the rest", () => {
  expect(whyUnsupported("win32")).toMatch(/for Linux and macOS; this is win32\. On Windows use it inside WSL/);
  expect([whyUnsupported("darwin"), whyUnsupported("linux")]).toEqual([undefined, undefined]);
  const wheel = wheelFor("linux-arm64", false)!;
  expect(wheel).toMatchObject({ name: "tensorflow", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  expect(() => checkGlibc(wheel, "2.26")).toThrow(/needs glibc 2\.27 or newer, and this system has 2\.26/);
  expect(() => checkGlibc(wheel, "2.36")).not.toThrow();
  expect(() => checkGlibc(wheel, "")).toThrow(/has another C library/);
  expect(wheelFor("linux-riscv64", false)).toBeUndefined();
  expect(wheelFor("linux-x64", false, "2.22.0")).toEqual({
    name: "tensorflow-cpu",
    version: "2.22.0",
    platform: "manylinux_2_27_x86_64",
    glibc: [2, 27],
  });
  const release = (text: string) => () => text;
  expect(howToInstall("compiler", "linux", release('ID=linuxmint\nID_LIKE="ubuntu debian"\n'))).toBe(
    "sudo apt-get install g++",
  );
  expect(howToInstall("pip", "linux", release("ID=fedora\n"))).toBe("sudo dnf install python3-pip");
  expect(howToInstall("compiler", "darwin")).toBe("xcode-select --install");
});
