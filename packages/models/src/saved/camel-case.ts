/**
 * The configuration of a model in Keras's spelling, as `model.json` has it, in TensorFlow.js's: keys and words from
 * snake_case to camelCase. Names of layers stay as they are.
 */
export function toCamelCaseConfig(value: unknown, key = ""): unknown {
  if (typeof value === "string") return key === "name" ? value : camelCase(value);
  if (Array.isArray(value)) {
    // [layer name, node, tensor] of a connection.
    const connects = CONNECTIONS.has(key);
    return value.map((item, i) =>
      connects && i === 0 && typeof item === "string" ? item : toCamelCaseConfig(item, key),
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const camel = camelCase(name);
      return [camel, toCamelCaseConfig(item, camel)];
    }),
  );
}

const CONNECTIONS: ReadonlySet<string> = new Set(["inboundNodes", "inputLayers", "outputLayers"]);

function camelCase(text: string): string {
  return text.length <= 1 ? text : text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
