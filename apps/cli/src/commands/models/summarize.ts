import { show } from "@kwta/core";

/** Names of tensors in a few words: those that end alike or begin alike are counted. */
export function summarize(names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groupOf(name);
    const own = groups.get(group);
    if (own) own.push(name);
    else groups.set(group, [name]);
  }
  const parts = [...groups].map(([group, own]) => (own.length === 1 ? show(own[0]) : `${own.length} ${group}`));
  return parts.length > MOST ? `${parts.slice(0, MOST).join(", ")} and more` : parts.join(", ");
}

const MOST = 8;

function groupOf(name: string): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (COUNTERS.has(last)) return last;
  const [, wrappers = "", part] = /^((?:(?:module|_orig_mod|model)\.)*)([^.]*)/.exec(name)!;
  return `under ${show(wrappers + part)}`;
}

const COUNTERS: ReadonlySet<string> = new Set(["num_batches_tracked", "_extra_state", "total_ops", "total_params"]);
