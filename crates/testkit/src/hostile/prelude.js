// Modules out of bytes. What is large is made by copying, not by loops.
const leb = (n) => { const bytes = []; do { bytes.push(n % 128 + (n >= 128 ? 128 : 0)); n = Math.floor(n / 128) } while (n > 0); return bytes };
const cat = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length }
  return all;
};
const repeat = (n, item) => {
  const all = new Uint8Array(n * item.length);
  all.set(item);
  for (let done = item.length; done < all.length; done *= 2) all.copyWithin(done, 0, done);
  return all;
};
const vector = (n, item) => cat(leb(n), repeat(n, item));
const section = (id, content) => cat([id], leb(content.length), content);
const bytes = (...sections) => cat([0, 97, 115, 109, 1, 0, 0, 0], ...sections);
const code = (body) => section(10, cat([1], leb(body.length), body));
// So many exports of one thing, with names of six digits.
const names = (n, kind, index) => {
  const entries = repeat(n, [6, 48, 48, 48, 48, 48, 48, kind, index]);
  for (let digit = 6, weight = 1; weight < n; digit--, weight *= 10) {
    for (let i = weight; i < n; i += 1) entries[i * 9 + digit] = 48 + Math.floor(i / weight) % 10;
  }
  return cat(leb(n), entries);
};
