globalThis.moduleOrder.push("before");
await new Promise((resolve) => setTimeout(resolve, 1));
