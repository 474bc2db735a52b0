// WASI made of JavaScript, under a program that greets its first argument and exits with their number.
import { ConsoleStdout, File, OpenFile, WASI } from "./node_modules/@bjorn3/browser_wasi_shim/dist/index.js";

const program = "AGFzbQEAAAABIAZgBH9/f38Bf2ACf38Bf2ABfwBgAn9/AGABfwF/YAAAApABBBZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAAWd2FzaV9zbmFwc2hvdF9wcmV2aWV3MQ5hcmdzX3NpemVzX2dldAABFndhc2lfc25hcHNob3RfcHJldmlldzEIYXJnc19nZXQAARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCXByb2NfZXhpdAACAwQDAwQFBQMBAAEHEwIGbWVtb3J5AgAGX3N0YXJ0AAYKfwMbAEEAIAA2AgBBBCABNgIAQQFBAEEBQQgQABoLIQEBfwJAA0AgACABai0AAEUNASABQQFqIQEMAAsACyABCz8BAX9BEEEUEAEaQYABQYACEAIaQYQBKAIAIQBBwABBBxAEIAAgABAFEARBGEEKOgAAQRhBARAEQRAoAgAQAwsLDgEAQcAACwdoZWxsbywg";
const lines = text => console.log("out:", text);
const descriptors = [new OpenFile(new File([])), ConsoleStdout.lineBuffered(lines), ConsoleStdout.lineBuffered(lines)];
const wasi = new WASI(["program", "wörld", "unused"], [], descriptors, { debug: false });
const bytes = Uint8Array.from(atob(program), character => character.charCodeAt(0));
const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: wasi.wasiImport });
console.log("exit code", wasi.start(instance));
