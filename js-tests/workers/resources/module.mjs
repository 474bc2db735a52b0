import { value } from "./dependency.mjs";
import data from "./data.json" with { type: "json" };
const later = await import("./dependency.mjs?later");
postMessage({ value, later: later.value, url: import.meta.url, data, scripts: typeof importScripts, self: typeof this });
