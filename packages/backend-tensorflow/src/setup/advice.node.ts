import { readFileSync } from "node:fs";

/** Packages by what they are for, as each family of systems names them. */
const PACKAGES = {
  debian: { command: "sudo apt-get install", compiler: "g++", pip: "python3-pip" },
  fedora: { command: "sudo dnf install", compiler: "gcc-c++", pip: "python3-pip" },
  rhel: { command: "sudo dnf install", compiler: "gcc-c++", pip: "python3-pip" },
  suse: { command: "sudo zypper install", compiler: "gcc-c++", pip: "python3-pip" },
  arch: { command: "sudo pacman -S", compiler: "gcc", pip: "python-pip" },
} as const;

/** How to install something on this system. */
export function howToInstall(
  what: "compiler" | "pip",
  platform: string = process.platform,
  release: () => string = () => readFileSync("/etc/os-release", "utf8"),
): string {
  if (platform === "darwin") return what === "compiler" ? "xcode-select --install" : "brew install python";
  const family = families(release).find((id) => id in PACKAGES) as keyof typeof PACKAGES | undefined;
  if (family === undefined) return what === "compiler" ? "install g++ or clang++" : "install Python 3 with pip";
  const packages = PACKAGES[family];
  return `${packages.command} ${packages[what]}`;
}

/** The system itself, then what it is like. */
function families(release: () => string): string[] {
  try {
    const text = release();
    return ["ID", "ID_LIKE"].flatMap((key) =>
      (new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "").split(/\s+/),
    );
  } catch {
    return [];
  }
}
