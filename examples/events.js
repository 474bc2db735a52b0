// Events of one's own, listeners that a signal takes away, and errors that nobody catches.
class Counter extends EventTarget {
  #value = 0;
  add(number) {
    this.#value += number;
    this.dispatchEvent(new CustomEvent("change", { detail: this.#value }));
  }
}

const counter = new Counter();
const controller = new AbortController();
counter.addEventListener("change", ({ detail }) => console.log("changed to", detail), { signal: controller.signal });
counter.add(1);
counter.add(2);
controller.abort();
counter.add(3);

addEventListener("unhandledrejection", (event) => {
  console.log("not handled:", event.reason.message);
  event.preventDefault();
});
Promise.reject(new Error("as was to be expected"));
