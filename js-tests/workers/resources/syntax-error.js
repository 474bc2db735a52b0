postMessage("before");
let x = ;
