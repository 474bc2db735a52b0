export const strict = (function () {
  return this === undefined;
})();
export const that = this;
