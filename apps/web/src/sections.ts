import { SECTIONS, type SectionName, type Store } from "./state.ts";
import { byId } from "./ui/dom.ts";
import { calm } from "./ui/controls.ts";

/** The sections: the address says where the reader is, links lead there, and it opens where it says. */
export function openSections(store: Store): void {
  const wanted = store.get().section;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-section]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const section = byId(link.dataset["section"]!);
      section.scrollIntoView({ behavior: calm() ? "instant" : "smooth" });
      section.focus({ preventScroll: true });
    });
  }
  if (wanted !== "hero") byId(wanted).scrollIntoView({ behavior: "instant" });
  addEventListener("popstate", () => byId(store.get().section).scrollIntoView());
  // The one that crosses the middle of the window.
  const observer = new IntersectionObserver(
    (entries) => {
      const entered = entries.find(({ isIntersecting }) => isIntersecting);
      if (entered) store.set({ section: entered.target.id as SectionName });
    },
    { rootMargin: "-50% 0px -50% 0px" },
  );
  for (const name of SECTIONS) observer.observe(byId(name));
  store.follow(({ section }) => {
    for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a[data-section]")) {
      if (link.dataset["section"] === section) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  });
}

/** Calls `enter` when a section comes near the window, and `leave` when it no longer is. */
export function whenNear(section: SectionName, enter: () => void, leave: () => void = () => {}): void {
  let near = false;
  new IntersectionObserver(
    (entries) => {
      const now = entries.at(-1)!.isIntersecting;
      if (now === near) return;
      near = now;
      if (now) enter();
      else leave();
    },
    { rootMargin: "120px 0px" },
  ).observe(byId(section));
}
