// eslint-disable-next-line no-var
var log = (text) => console.log(text);

if (document.currentScript.src.endsWith("inserted")) document.documentElement.dataset.inserted = "yes";
else log(`${document.currentScript.src.split("?")[1]}, sees paragraphs: ${document.querySelectorAll("p").length}`);
