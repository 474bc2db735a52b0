// Addresses, patterns of them, and text in several encodings.
const url = new URL("../b?q=1#top", "https://example.org/a/c");
url.searchParams.append("name", "Zoë");
console.log(url.href);

const pattern = new URLPattern({ pathname: "/books/:id(\\d+)" });
console.log(pattern.exec("https://example.org/books/42").pathname.groups.id);

console.log(new TextDecoder("shift_jis").decode(new Uint8Array([0x83, 0x65, 0x83, 0x58, 0x83, 0x67])));
const bytes = new TextEncoder().encode("Zoë");
console.log(bytes.length, btoa(String.fromCharCode(...bytes)));
