// What comes when: the rest of the script, then microtasks, then timers, one after the other.
setTimeout(() => console.log("6 a timer"));
setTimeout(() => {
  console.log("7 another one");
  queueMicrotask(() => console.log("8 its microtask"));
});
setTimeout(() => console.log("9 the last one"));
Promise.resolve().then(() => console.log("3 a reaction")).then(() => console.log("5 the next reaction"));
queueMicrotask(() => console.log("4 a microtask"));
console.log("1 the script");
console.log("2 its end");
