// A line before.
function fail() {
  throw new RangeError("too far");
}
onmessage = () => fail();
postMessage("ready");
