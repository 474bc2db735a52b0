export const list = ["leaf"];
