import { byId, setText } from "./ui/dom.ts";

/** Lets the reader close what {@link notice} says. */
export function openNotice(): void {
  byId("notice-close").addEventListener("click", () => notice(""));
}

/** Tells the reader, in a sentence at the lower edge of the window, what went wrong and what to do about it. */
export function notice(text: string): void {
  setText(byId("notice-text"), text);
  byId("notice").hidden = text === "";
}

/** {@link notice} for whatever a call ended with; that it was stopped on request is no news. */
export function noticeError(error: unknown): void {
  if (error instanceof Error && error.name !== "AbortError") notice(error.message);
}
