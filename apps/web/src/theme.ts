import { byId } from "./ui/dom.ts";

const KEY = "kwta-theme";

/** The button for dark and light. Until it is pressed, the system's choice holds. */
export function openTheme(): void {
  const button = byId("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = remembered();
  const show = (): void => {
    const theme = chosen ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset["theme"] = theme;
    button.setAttribute("aria-pressed", String(theme === "dark"));
    // Pictures on canvases have no style sheet.
    document.dispatchEvent(new Event("themechange"));
  };
  dark.addEventListener("change", show);
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark";
    remember(chosen);
    show();
  });
  show();
}

/** A colour of the style sheet, such as `"--accent"`. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Storage may be forbidden, and then throws; the page does without.
function remembered(): "light" | "dark" | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : undefined;
  } catch {
    return undefined;
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Until the page is closed, then.
  }
}
