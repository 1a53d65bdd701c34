import {
  formatParams,
  formatSpec,
  formatValue,
  parseParams,
  parseSpec,
  resolveParams,
  type ParamSpec,
} from "@kwta/core";
import type { OfferedAttack } from "../compute/offered-attacks.ts";
import type { Computer } from "../computer.ts";
import { noticeError } from "../notice.ts";
import type { Store } from "../state.ts";
import { h } from "../ui/dom.ts";

/** The form of any attack of the library, made from its parameters' schema. The address holds what is chosen. */
export function openAttackForm(store: Store, computer: Computer): HTMLElement {
  const fields = h("div", { class: "fields" });
  const select = h("select", { id: "attack-name", change: () => store.set({ attack: select.value }) });
  let offered: readonly OfferedAttack[] = [];
  let shown = "";
  let read = (): void => {};
  fields.addEventListener("change", () => read());

  function show(attack: string): void {
    if (attack === shown || offered.length === 0) return;
    shown = attack;
    const { name, params } = parseSpec("attack", attack);
    const chosen = offered.find((each) => each.name === name);
    if (!chosen) throw new Error(`This page does not offer the attack ${name}; choose another one.`);
    const { schema } = chosen;
    const given = resolveParams(name, schema, parseParams(name, schema, params));
    const inputs = Object.entries(schema).map(([key, spec]) => fieldOf(key, spec, given[key]!));
    select.value = name;
    fields.replaceChildren(...inputs.map(({ element }) => element));
    read = () =>
      tell(() => {
        const texts = Object.fromEntries(inputs.map((field) => [field.name, field.value()]));
        const values = resolveParams(name, schema, parseParams(name, schema, texts));
        shown = formatSpec({ name, of: [], params: formatParams(schema, values) });
        store.set({ attack: shown });
      });
  }

  void computer.call("attacks", undefined).then((attacks) => {
    offered = attacks;
    select.replaceChildren(...offered.map(({ name }) => h("option", { value: name }, name)));
    tell(() => show(store.get().attack));
  }, noticeError);
  store.follow(({ attack }) => tell(() => show(attack)));
  return h("div", { class: "attack-form" }, h("label", {}, "your attack ", select), fields);
}

function tell(f: () => void): void {
  try {
    f();
  } catch (error) {
    noticeError(error);
  }
}

interface Field {
  readonly name: string;
  readonly element: HTMLElement;
  value(): string;
}

function fieldOf(name: string, spec: ParamSpec, value: Parameters<typeof formatValue>[0]): Field {
  const text = formatValue(value);
  const id = `param-${name}`;
  const label = h("label", { for: id, title: spec.description }, name);
  if (spec.type === "boolean" || spec.type === "choice") {
    const choices = spec.type === "boolean" ? ["true", "false"] : spec.choices;
    const options = choices.map((each) => h("option", { value: each, selected: each === text }, each));
    const select = h("select", { id }, ...options);
    return { name, element: h("div", {}, label, select), value: () => select.value };
  }
  const input = h("input", { id, type: "text", value: text, size: 8, spellcheck: "false" });
  return { name, element: h("div", {}, label, input), value: () => input.value };
}
