/** Where the page and what belongs to it will stand; known when the page is built, or not at all. */
export interface Addresses {
  /** The page itself, with a slash at its end. */
  readonly page: string | undefined;
  readonly code: string | undefined;
  readonly docs: string | undefined;
  readonly npm: string | undefined;
}

/**
 * What the environment says: `KWTA_PAGE_URL`, `KWTA_CODE_URL`, `KWTA_DOCS_URL`, `KWTA_NPM_URL`.
 *
 * @throws Error for an address that is none
 */
export function addressesOf(environment: Readonly<Record<string, string | undefined>>): Addresses {
  const read = (name: string): string | undefined => {
    const text = environment[name];
    if (!text) return undefined;
    if (URL.canParse(text) && /^https?:/.test(text)) return text;
    throw new Error(`${name} is ${JSON.stringify(text)}; it must be an address, such as https://example.org/kwta/.`);
  };
  const page = read("KWTA_PAGE_URL");
  return {
    page: page?.replace(/\/?$/, "/"),
    code: read("KWTA_CODE_URL"),
    docs: read("KWTA_DOCS_URL"),
    npm: read("KWTA_NPM_URL"),
  };
}

/** The tags by which others show a link to the page. Some of them take whole addresses alone, so the page's own is best known. */
export function socialTags({ page }: Addresses, image: string, [width, height]: readonly [number, number]): string {
  const place = page === undefined ? `./${image}` : new URL(image, page).href;
  const tags: (readonly [kind: "property" | "name", key: string, content: string])[] = [
    ["property", "og:type", "website"],
    ...(page === undefined ? [] : [["property", "og:url", page] as const]),
    ["property", "og:image", place],
    ["property", "og:image:width", String(width)],
    ["property", "og:image:height", String(height)],
    [
      "property",
      "og:image:alt",
      "A digit, and what two attacks made of it: one net is broken, the other seems to hold",
    ],
    ["name", "twitter:card", "summary_large_image"],
    ["name", "twitter:image", place],
  ];
  return tags.map(([kind, key, content]) => `<meta ${kind}="${key}" content="${escaped(content)}" />`).join("\n    ");
}

/** Links to what is known; nothing for the rest. */
export function knownLinks({ code, docs, npm }: Addresses): string {
  const links = [
    [code, "Code"],
    [docs, "Documentation"],
    [npm, "npm"],
  ] as const;
  return links
    .flatMap(([to, name]) => (to === undefined ? [] : [`<a href="${escaped(to)}">${name}</a>`]))
    .join("\n          ");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
