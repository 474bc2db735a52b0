export const { url } = import.meta;
export const here = import.meta.url.replace(/[^/]*$/, "values.mjs");
