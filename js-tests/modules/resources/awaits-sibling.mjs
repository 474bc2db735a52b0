globalThis.moduleOrder.push("sibling");
