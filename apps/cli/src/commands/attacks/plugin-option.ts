/** Attacks beside ours, of actions that list or look up attacks. */
export const PLUGIN_OPTION = {
  plugin: { type: "string", description: "Package or file with attacks beside ours. May be given several times." },
} as const;
