// A module imports others, JSON, and what it only knows the name of when it runs; it waits at its top level.
import names, { greet } from "data:text/javascript,export default ['Ada', 'Zoë']; export const greet = (name) => `hello ${name}`";
import settings from "./scripts.json" with { type: "json" };

const { shout } = await import(`data:text/javascript,export const shout = (text) => text.toUpperCase() + '${settings.mark}'`);
for (const name of names) console.log(shout(greet(name)));
console.log(new URL(import.meta.url).pathname.split("/").at(-1), import.meta.resolve("./other.mjs").endsWith("/other.mjs"));
