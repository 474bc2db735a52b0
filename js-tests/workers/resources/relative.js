importScripts("defines.js", "../resources/defines-more.js");
fetch("text.txt").then(response => response.text()).then(text => postMessage([defined, more, text]));
