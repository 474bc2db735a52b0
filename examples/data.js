// Files in memory, forms, copies of anything, and messages.
const form = new FormData();
form.append("note", new File(["some text"], "note.txt", { type: "text/plain" }));
const received = await new Response(form).formData();
const file = received.get("note");
console.log(file.name, file.size, await file.text());

const original = { date: new Date(0), map: new Map([["self", null]]) };
original.map.set("self", original);
const copy = structuredClone(original);
console.log(copy !== original, copy.map.get("self") === copy, copy.date.toISOString());

const { port1, port2 } = new MessageChannel();
const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
port2.onmessage = ({ data }) => {
  port2.postMessage(data.byteLength);
  port2.close();
};
const { buffer } = new Uint8Array(1000);
port1.postMessage(buffer, [buffer]);
console.log(buffer.byteLength, await answer);
