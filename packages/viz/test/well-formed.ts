import { expect } from "vitest";

/** Checks that every element is closed in order and every attribute quoted, as XML asks. */
export function expectWellFormed(markup: string): void {
  const body = markup.replace(/^<!doctype html>/i, "").replace(/<style>[^<]*<\/style>/g, "");
  const open: string[] = [];
  let end = 0;
  const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
  for (const match of body.matchAll(tag)) {
    expectText(body.slice(end, match.index));
    end = match.index + match[0].length;
    const [, closing, name, , single] = match;
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (single === "") open.push(name!);
  }
  expectText(body.slice(end));
  expect(open).toEqual([]);
}

function expectText(text: string): void {
  expect(text).not.toMatch(/[<>]/);
  expect(text).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
}
