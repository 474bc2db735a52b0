// Runs one test file in Node: what Taipan is expected to do is checked against an engine
// that is known. From the repository's root:
//
//   cargo run -p taipan-testkit -- wpt --suite js-tests \
//     --expectations js-tests/expectations/node-20.json --command \
//     node --experimental-network-imports --experimental-vm-modules js-tests/run-in-node.mjs
//
// The runner writes the job to the standard input; reports go to the standard output.
import { readFileSync, writeSync } from "node:fs";
import vm from "node:vm";

const job = JSON.parse(readFileSync(0, "utf8"));
const importModuleDynamically = (specifier, _script, attributes) =>
  import(/^\.{0,2}\//.test(specifier) ? new URL(specifier, job.url) : specifier, { with: attributes });
const run = (source, filename) => vm.runInThisContext(source, { filename, importModuleDynamically });

globalThis.__report = (text) => {
  writeSync(1, `@@report ${text}\n`);
  if (JSON.parse(text).type === "harness") {
    process.exit(0);
  }
};
globalThis.__wat = job.wat;
if (job.title !== null) {
  globalThis.META_TITLE = job.title;
}
globalThis.META_VARIANT = job.variant;
globalThis.__location = job.location;
globalThis.__asWindow = job.asWindow;
run(job.harness, "about:harness");
const harness = globalThis.__harness;

// Node resolves no relative URL: it has no document. The runner's file has one.
const absolute = (input) => (typeof input === "string" ? new URL(input, job.url) : input);
const nodeFetch = globalThis.fetch;
globalThis.fetch = async function fetch(input, init) {
  return nodeFetch(absolute(input), init);
};
const NodeRequest = globalThis.Request;
globalThis.Request = new Proxy(NodeRequest, {
  construct: (target, [input, ...rest], as) => Reflect.construct(target, [absolute(input), ...rest], as),
});

process.on("unhandledRejection", (reason) => harness.error(`unhandled rejection: ${reason?.stack ?? String(reason)}`));
process.on("uncaughtException", (error) => harness.error(`uncaught: ${error?.stack ?? String(error)}`));
process.on("beforeExit", () => harness.idle());
if (job.patience > 0) {
  setTimeout(() => harness.timeout(), job.patience).unref();
}

try {
  for (const script of job.scripts) {
    run(script.source, job.origin + script.path);
  }
} catch (error) {
  harness.error(String(error?.stack ?? error));
}
harness.loaded();
