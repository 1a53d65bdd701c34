import { byId } from "./ui/dom.ts";

/** Tells the reader, in a sentence at the top, what went wrong and what to do about it. */
export function notice(text: string): void {
  const element = byId("notice");
  element.textContent = text;
  element.hidden = text === "";
}

/** {@link notice} for whatever a call ended with; that it was stopped on request is no news. */
export function noticeError(error: unknown): void {
  if (error instanceof Error && error.name !== "AbortError") notice(error.message);
}
