import type { ProtocolEntryDefinition } from "./protocol.ts";

/** The entries, in the norms in which most attacks work, where they say nothing else. */
export function inBalls(entries: readonly ProtocolEntryDefinition[]): ProtocolEntryDefinition[] {
  return entries.map((entry) => ({ norms: ["linf", "l2", "l1"] as const, ...entry }));
}
