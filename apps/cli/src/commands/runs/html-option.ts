/** Curves of trainings as a page. */
export const HTML_OPTION = {
  html: {
    type: "string",
    description: "Write the curves to this file, a page that needs nothing else.",
    valueHint: "file",
  },
} as const;
