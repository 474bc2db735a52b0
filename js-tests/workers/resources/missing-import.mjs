import "./no-such-module.mjs";
postMessage("unreachable");
