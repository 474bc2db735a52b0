// Exceptions pass between WebAssembly and JavaScript, in both directions.
const { instance } = await WebAssembly.instantiateStreaming(fetch("exceptions.wasm"), {
  host: {
    JSTag: WebAssembly.JSTag,
    attempt(number) {
      if (number === 1) {
        instance.exports.fail(40);
      } else if (number === 2) {
        throw new WebAssembly.Exception(instance.exports.failed, [50]);
      } else if (number === 3) {
        throw new Error("JavaScript's own");
      }
    },
  },
});
const { run, fail, failed } = instance.exports;

console.log([0, 1, 2, 3].map((number) => run(number)).join(" "));

try {
  fail(7);
} catch (exception) {
  console.log(exception instanceof WebAssembly.Exception, exception.getArg(failed, 0));
}
