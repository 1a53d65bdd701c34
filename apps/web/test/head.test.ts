import { expect, test } from "vitest";
import { addressesOf, knownLinks, socialTags } from "../hero/head.ts";

test("shared links show the page's picture, by its whole address where that is known; links lead nowhere unknown", () => {
  const none = addressesOf({});
  expect(socialTags(none, "social.png", [1200, 630])).toContain('property="og:image" content="./social.png"');
  expect(knownLinks(none)).toBe("");
  const known = addressesOf({ KWTA_PAGE_URL: "https://example.org/kwta", KWTA_DOCS_URL: "https://example.org/docs" });
  const tags = socialTags(known, "social.png", [1200, 630]);
  expect(tags).toContain('property="og:url" content="https://example.org/kwta/"');
  expect(tags).toContain('name="twitter:image" content="https://example.org/kwta/social.png"');
  expect(knownLinks(known)).toBe('<a href="https://example.org/docs">Documentation</a>');
  expect(() => addressesOf({ KWTA_NPM_URL: "javascript:alert(1)" })).toThrow("KWTA_NPM_URL is");
});
