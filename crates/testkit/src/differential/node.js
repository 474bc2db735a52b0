// Reads modules as lines of JSON from the standard input, and writes what came of each.
globalThis.hashBytes = (bytes) => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
};
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean);
for (const line of lines) {
  const { wasm, info, seed } = JSON.parse(line);
  let text;
  try {
    text = differential(new Uint8Array(Buffer.from(wasm, 'base64')), info, seed);
  } catch (error) {
    text = `the harness failed: ${error.stack}`;
  }
  process.stdout.write(JSON.stringify(text) + '\n');
}
