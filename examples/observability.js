// What is written, how long it took, and where it runs.
console.log({ list: [1, 2, 3], map: new Map([["key", new Set(["value"])]]) });
console.log("%s has %d parts", "text", 2);

performance.mark("start");
for (let i = 0; i < 1000; i++);
const { duration } = performance.measure("loop", "start");
console.log(duration >= 0, performance.getEntriesByType("mark").map(({ name }) => name));
console.log(navigator.userAgent.split("/")[0], navigator.hardwareConcurrency > 0);
