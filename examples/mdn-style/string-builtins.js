const options = { builtins: ["js-string"], importedStringConstants: "strings" };

WebAssembly.instantiateStreaming(fetch("greeting.wasm"), {}, options).then(({ instance }) => {
  const { greet, length } = instance.exports;
  const text = greet("WebAssembly");
  document.querySelector(".greeting").textContent = text;
  console.log(length(text), length("naïve 🦀"));
});
