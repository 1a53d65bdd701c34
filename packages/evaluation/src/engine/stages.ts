import type { ThreatModel } from "@kwta/attacks";
import type { Protocol, ProtocolEntry } from "../protocols/protocol.ts";

/** An attack of a protocol at one eps; without `eps`, its search for the nearest points. */
export interface Stage {
  readonly entry: ProtocolEntry;
  /** In a search for the nearest points its eps is infinite. */
  readonly threat: ThreatModel;
}

/**
 * In which order a protocol is run: what looks for the nearest points first; then, from the smallest eps up, all others, in the
 * order of the protocol.
 */
export function stagesOf({ entries }: Protocol, threats: readonly ThreatModel[]): Stage[] {
  const anywhere = { ...threats[0]!, eps: Infinity };
  return [
    ...entries.filter(isNearest).map((entry) => ({ entry, threat: anywhere })),
    ...threats.flatMap((threat) =>
      entries
        .filter((entry) => !isNearest(entry) && (entry.eps === undefined || entry.eps.includes(threat.eps)))
        .map((entry) => ({ entry, threat })),
    ),
  ];
}

/** Whether an attack looks for the nearest adversarial points. */
export function isNearest({ aim }: ProtocolEntry): boolean {
  return aim === "nearest";
}
