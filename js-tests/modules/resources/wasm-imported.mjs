export function double(value) {
  return 2 * value;
}
export const memory = new WebAssembly.Memory({ initial: 1 });
