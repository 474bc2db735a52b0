// A request to a file beside this one, one to a data URL, one that is given up, and the headers and bodies of both sides.
const text = await (await fetch("simple.wat")).text();
console.log(text.split("\n")[0]);

const response = await fetch("data:application/json,%7B%22answer%22%3A42%7D");
console.log(response.status, response.headers.get("content-type"), (await response.json()).answer);

const request = new Request("https://example.org/", { method: "POST", body: new URLSearchParams({ q: "a b" }) });
console.log(request.headers.get("content-type"), await request.text());

const signal = AbortSignal.abort();
await fetch(request.url, { signal }).catch(({ name }) => console.log(name));
