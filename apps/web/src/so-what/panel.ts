import type { Store } from "../state.ts";
import { byId, h, setText } from "../ui/dom.ts";
import { notice } from "../notice.ts";

const CITE = `@inproceedings{xiao2020enhancing,
  title     = {Enhancing Adversarial Defense by k-Winners-Take-All},
  author    = {Xiao, Chang and Zhong, Peilin and Zheng, Changxi},
  booktitle = {International Conference on Learning Representations},
  year      = {2020}
}
@inproceedings{tramer2020adaptive,
  title     = {On Adaptive Attacks to Adversarial Example Defenses},
  author    = {Tramèr, Florian and Carlini, Nicholas and Brendel, Wieland and Madry, Aleksander},
  booktitle = {Advances in Neural Information Processing Systems},
  year      = {2020}
}`;

/** What is to be taken away: the same by the command line, what to cite, the address, and a frame for one's own page. */
export function openSoWhat(store: Store): void {
  const command = copyable("command", "The same by the command line, on a run of your own");
  const address = copyable("share", "This page as you see it");
  const frame = copyable("embed", "In a page of your own");
  const cite = copyable("cite", "To cite");
  byId("so-what-figure").append(command.element, address.element, frame.element, cite.element);
  cite.show(CITE);
  const show = (): void => {
    const { eps, attackSeed, images, attack } = store.get();
    const attacks = `"pgd:steps=20,restarts=3" "adaptive(pgd:steps=20)" "${attack}"`;
    const each = attacks.replaceAll(' "', ' --attack "');
    command.show(
      "kwta train --model small-cnn@kwta:0.1 --dataset glyphs28 --epochs 3 --seed 0 --out kwta\n" +
        `kwta evaluate kwta --eps ${eps} --samples ${images} --seed ${attackSeed} --attack ${each}`,
    );
    address.show(location.href);
    frame.show(
      `<iframe src="${location.href.replaceAll('"', "%22")}" title="k-Winners-Take-All, live" width="100%" height="800"></iframe>`,
    );
  };
  // The address follows the state a moment later.
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.follow(() => {
    clearTimeout(timer);
    timer = setTimeout(show, 400);
  });
}

interface Copyable {
  readonly element: HTMLElement;
  show(text: string): void;
}

function copyable(id: string, name: string): Copyable {
  const text = h("pre", { id, tabindex: 0, "aria-label": name });
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text.textContent ?? "");
      setText(button, "Copied");
      setTimeout(() => setText(button, "Copy"), 1500);
    } catch {
      getSelection()?.selectAllChildren(text);
      notice("This browser does not let the page copy. The text is selected: press Ctrl-C or Cmd-C.");
    }
  };
  const button = h("button", { type: "button", "aria-label": `Copy: ${name}`, click: () => void copy() }, "Copy");
  return {
    element: h("div", { class: "copyable" }, h("h3", {}, name, " ", button), text),
    show: (next) => setText(text, next),
  };
}
