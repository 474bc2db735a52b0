//# ArrayBuffer | RangeError
new ArrayBuffer(2 ** 53 - 1)

//# ArrayBuffer of 2^40 | RangeError
new ArrayBuffer(2 ** 40)

//# ArrayBuffer of 2^33 | RangeError
new ArrayBuffer(2 ** 33)

//# many ArrayBuffers that nobody holds | ok|memory
for (let i = 0; i < 1000; i++) new ArrayBuffer(2 ** 20)

//# resizable ArrayBuffer | RangeError
new ArrayBuffer(1, { maxByteLength: 2 ** 50 })

//# resizable ArrayBuffer, resized | RangeError
new ArrayBuffer(1, { maxByteLength: 2 ** 30 }).resize(2 ** 31)

//# SharedArrayBuffer | RangeError
new SharedArrayBuffer(2 ** 50)

//# growable SharedArrayBuffer | RangeError
new SharedArrayBuffer(1, { maxByteLength: 2 ** 50 })

//# Uint8Array | RangeError
new Uint8Array(2 ** 40)

//# Float64Array | RangeError
new Float64Array(2 ** 53 - 1)

//# BigUint64Array | RangeError
new BigUint64Array(2 ** 32)

//# Uint8Array of something with a length | RangeError|TypeError
new Uint8Array({ length: 2 ** 40 })

//# Uint8Array.from | RangeError|TypeError
Uint8Array.from({ length: 2 ** 40 })

//# a typed array's slice and subarray | ok
new Uint8Array(10).subarray(2 ** 40).length; new Uint8Array(10).slice(-(2 ** 40)).length

//# TextEncoder of a long string | ok|RangeError|memory
new TextEncoder().encode('\u20ac'.repeat(2 ** 23)).length

//# repeat | RangeError
'x'.repeat(2 ** 31)

//# repeat of nothing | ok
''.repeat(2 ** 31)

//# repeat for ever | RangeError
'x'.repeat(Infinity)

//# repeat of 2^53 | RangeError
'abc'.repeat(2 ** 52)

//# padStart | RangeError
''.padStart(2 ** 40)

//# padEnd | RangeError
''.padEnd(2 ** 31, 'ab')

//# doubling a string | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 60; i++) s += s

//# doubling a string by a template | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 60; i++) s = `${s}${s}`

//# doubling a string by concat | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 60; i++) s = s.concat(s)

//# doubling a string by replace | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 60; i++) s = s.replace(/^/, '$`$\'')

//# doubling a string by replaceAll | RangeError|deadline|memory
let s = 'x'.repeat(1000); for (let i = 0; i < 60; i++) s = s.replaceAll('x', 'xx')

//# doubling a string by split and join | RangeError|deadline|memory
let s = 'x'.repeat(1000); for (let i = 0; i < 60; i++) s = s.split('').join('xx')

//# doubling a string by JSON | RangeError|deadline|memory
let s = '"'; for (let i = 0; i < 60; i++) s = JSON.stringify(s)

//# doubling a string by encodeURIComponent | RangeError|deadline|memory
let s = '%'; for (let i = 0; i < 60; i++) s = encodeURIComponent(s.repeat(3))

//# doubling a string by escape | RangeError|deadline|memory
let s = '%'; for (let i = 0; i < 60; i++) s = escape(s.repeat(3))

//# doubling a string by btoa | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 200; i++) s = btoa(s)

//# doubling a string by String.raw | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 60; i++) s = String.raw`${s}${s}`

//# doubling a string by Array | RangeError|deadline|memory
let s = 'x'; for (let i = 0; i < 60; i++) s = [s, s].join('')

//# doubling a string by normalize | ok|RangeError
let s = '\ufdfa'; for (let i = 0; i < 10; i++) s = (s + s).normalize('NFKD'); s.length

//# doubling a string by toUpperCase | ok|RangeError
let s = '\u0390'; for (let i = 0; i < 10; i++) s = (s + s).toUpperCase(); s.length

//# join of an empty array | RangeError
new Array(2 ** 32 - 1).join('x')

//# join of an empty array of commas | RangeError
new Array(2 ** 32 - 1).join()

//# toString of an empty array | RangeError
String(new Array(2 ** 32 - 1))

//# toLocaleString of an empty array | RangeError
new Array(2 ** 32 - 1).toLocaleString()

//# join of something with a length | RangeError|TypeError
Array.prototype.join.call({ length: 2 ** 53 - 1 })

//# join of a typed array | ok|RangeError
new Uint8Array(2 ** 20).join('x'.repeat(10)).length

//# an array's length | ok
const a = []; a.length = 2 ** 32 - 1; a.length

//# an array's wrong length | RangeError
const a = []; a.length = 2 ** 32

//# an array's last element | ok
const a = []; a[2 ** 32 - 2] = 1

//# an array's last elements | ok
const a = []; a[2 ** 31] = 1; a[2 ** 30] = 2; a.length = 0

//# fill | RangeError
new Array(2 ** 32 - 1).fill(0)

//# fill of something with a length | RangeError|TypeError
Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0)

//# Array.from | RangeError
Array.from({ length: 2 ** 32 - 1 })

//# Array.from with a larger length | RangeError|TypeError
Array.from({ length: 2 ** 53 - 1 })

//# Array.from of a function | RangeError
Array.from({ length: 2 ** 32 - 1 }, (_, i) => i)

//# spreading an empty array | RangeError|deadline|memory
[...new Array(2 ** 32 - 1)]

//# spreading an empty array as arguments | RangeError|deadline|memory
Math.max(...new Array(2 ** 32 - 1))

//# apply | RangeError
Math.max.apply(null, { length: 2 ** 32 - 1 })

//# apply of an array | RangeError
Math.max.apply(null, new Array(2 ** 32 - 1))

//# Reflect.apply | RangeError
Reflect.apply(Math.max, null, { length: 2 ** 53 - 1 })

//# Reflect.construct | RangeError
Reflect.construct(Array, { length: 2 ** 32 })

//# many arguments | RangeError|ok
String.fromCharCode.apply(null, new Array(2 ** 22).fill(65)).length

//# many arguments of a script's function | RangeError|ok|deadline
(function () { return arguments.length }).apply(null, new Array(2 ** 20).fill(1))

//# concat | ok|RangeError|deadline
[].concat(new Array(2 ** 31)).length

//# concat of too many | RangeError|TypeError|deadline
[].concat(new Array(2 ** 32 - 1), new Array(2 ** 32 - 1))

//# sort of an empty array | ok|RangeError
new Array(2 ** 32 - 1).sort()

//# reverse of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).reverse()

//# indexOf in an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).indexOf(1)

//# includes in an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).includes(1)

//# forEach of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).forEach(() => {})

//# map of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).map(x => x)

//# slice of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).slice()

//# splice of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).splice(0, 1)

//# shift of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).shift()

//# unshift of an empty array | ok|RangeError|TypeError|deadline
new Array(2 ** 32 - 2).unshift(1)

//# copyWithin of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).copyWithin(0, 1)

//# lastIndexOf in an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).lastIndexOf(1)

//# reduceRight of an empty array | ok|RangeError|TypeError|deadline
new Array(2 ** 32 - 1).reduceRight(() => {})

//# toSorted, toReversed, with, toSpliced | RangeError
new Array(2 ** 32 - 1).toSorted()

//# toReversed | RangeError
new Array(2 ** 32 - 1).toReversed()

//# with | RangeError
new Array(2 ** 32 - 1).with(0, 1)

//# toSpliced | RangeError|TypeError
new Array(2 ** 32 - 1).toSpliced(0, 1)

//# flat of an empty array | ok|RangeError|deadline
new Array(2 ** 32 - 1).flat()

//# Object.keys of an empty array | ok
Object.keys(new Array(2 ** 32 - 1)).length

//# JSON.stringify of an empty array | RangeError
JSON.stringify(new Array(2 ** 32 - 1))

//# structuredClone of an empty array | ok
structuredClone(new Array(2 ** 32 - 1)).length

//# console.log of an empty array | ok
console.log(new Array(2 ** 32 - 1))

//# console.table of an empty array | ok|RangeError
console.table(new Array(2 ** 32 - 1))

//# a set of an empty array | RangeError|deadline
new Set(new Array(2 ** 32 - 1))

//# a map of something without an end | RangeError|TypeError|deadline|memory
new Map({ [Symbol.iterator]() { return { next: () => ({ done: false, value: [Math.random(), 'x'.repeat(1000)] }) } } })

//# spreading something without an end | RangeError|deadline|memory
[...(function* () { for (;;) yield 'x'.repeat(1000) })()]

//# Array.fromAsync of something without an end | RangeError|TypeError|deadline|memory
Array.from((function* () { for (;;) yield 'x'.repeat(1000) })())

//# pushing without an end | RangeError|deadline|memory
const a = []; for (;;) a.push('x'.repeat(1e5))

//# properties without an end | RangeError|deadline|memory
const o = {}; for (let i = 0; ; i++) o['x' + i] = 'x'.repeat(1e5)

//# strings without an end | RangeError|deadline|memory
let a; for (;;) a = { a, s: 'x'.repeat(1e5) }

//# buffers without an end | RangeError|deadline|memory
const a = []; for (;;) a.push(new ArrayBuffer(1e8))

//# memories without an end | RangeError|deadline|memory
const a = []; for (;;) a.push(new WebAssembly.Memory({ initial: 1000 }))

//# blobs without an end | RangeError|deadline|memory
const a = []; let b = new Blob(['x'.repeat(1e6)]); for (;;) a.push(b = new Blob([b, b]))

//# a stream that is read to its end, which has none | RangeError|TypeError|memory
new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1e7)) } })).arrayBuffer()

//# a stream's queue | RangeError|memory
new ReadableStream({ start(c) { for (;;) c.enqueue(new Uint8Array(1e7)) } })

//# shifting a BigInt | RangeError
1n << (2n ** 64n)

//# shifting a BigInt by a smaller number | RangeError
1n << (2n ** 40n)

//# shifting a BigInt to the other side | RangeError
1n >> -(2n ** 40n)

//# a power of BigInts | RangeError
2n ** (2n ** 40n)

//# a power of a power of BigInts | RangeError|deadline|memory
let n = 9n; for (let i = 0; i < 50; i++) n = n ** 9n

//# doubling a BigInt | RangeError|deadline|memory
let n = 2n ** 1000n; for (let i = 0; i < 60; i++) n *= n

//# BigInt of a long string | RangeError|SyntaxError|ok
BigInt('0x' + 'f'.repeat(1e6))

//# BigInt.asUintN | RangeError|ok
BigInt.asUintN(2 ** 53 - 1, -1n)

//# BigInt.asIntN | ok|RangeError
BigInt.asIntN(2 ** 40, -1n)

//# toString of a large BigInt | ok|RangeError
(2n ** 200000n).toString().length

//# toFixed, toPrecision, toString | RangeError
(1).toFixed(2 ** 31)

//# a Blob of a string, doubled | RangeError|TypeError|memory
let b = new Blob(['x'.repeat(1e6)]); for (let i = 0; i < 60; i++) b = new Blob([b, b]); b.size

//# getRandomValues | QuotaExceededError
crypto.getRandomValues(new Uint8Array(2 ** 20))

//# PBKDF2 with much | OperationError|QuotaExceededError|RangeError|deadline
(async () => { const k = await crypto.subtle.importKey('raw', new Uint8Array(1), 'PBKDF2', false, ['deriveBits']); await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(1), iterations: 1 }, k, 2 ** 32 - 8) })()

//# an RSA key of many bits | OperationError|NotSupportedError
crypto.subtle.generateKey({ name: 'RSA-PSS', modulusLength: 2 ** 31, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign'])

//# an HMAC key of many bits | OperationError|RangeError|QuotaExceededError|DataError|deadline
crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 2 ** 32 - 8 }, true, ['sign'])

//# decompressing zeros | RangeError|TypeError
(async () => {
  let bytes = new Uint8Array(1e6);
  const compressed = await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).bytes();
  const again = new ReadableStream({ pull(c) { c.enqueue(compressed) } });
  const inflated = new Response(new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip')));
  if ((await inflated.bytes()).length !== 1e6) throw new Error('not all');
  throw new RangeError('as expected');
})()

//# a timer for each | ok
for (let i = 0; i < 1e5; i++) clearTimeout(setTimeout(() => {}, 1e9))

//# many listeners | ok
const t = new EventTarget(); for (let i = 0; i < 1e4; i++) t.addEventListener('x', () => {}); t.dispatchEvent(new Event('x'))

//# many headers | ok
const h = new Headers(); for (let i = 0; i < 1e4; i++) h.append('a' + i, 'b'); [...h].length

//# one header many times | ok
const h = new Headers(); for (let i = 0; i < 1e4; i++) h.append('a', 'b'); [...h].length

//# Atomics.wait | TypeError|RangeError|ok
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)

//# a number of groups | ok
Array.prototype.at.call({ length: 2 ** 53 - 1 }, -1)

//# lastIndexOf of something with a length | ok|RangeError
Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1, 10)

//# a sparse array with a getter on its prototype | ok|RangeError
Object.defineProperty(Array.prototype, 5, { get() { return 1 }, configurable: true }); const a = []; a[2 ** 30] = 1; a[5]

//# methods of arrays on something that tells another length every time | ok
for (const name of ['join', 'toLocaleString', 'fill', 'sort', 'toSorted', 'toReversed', 'toSpliced', 'with']) {
  for (const first of [0, 1]) {
    let n = 0;
    const arrayLike = { 0: 1, get length() { return n++ === 0 ? first : 2 ** 53 - 1 } };
    try { Array.prototype[name].call(arrayLike, undefined) } catch (error) { if (name !== 'with' || !(error instanceof RangeError)) throw error }
  }
}

//# Array.from of something that tells another length every time | ok
let n = 0; if (Array.from({ get length() { return n++ ? 2 ** 53 - 1 : 1 } }).length !== 1) throw new Error()

//# Array.from of something that changes while it is asked how it is iterated | RangeError
Array.from({ length: 0, get [Symbol.iterator]() { this.length = 2 ** 53 - 1 } })

//# a method of arrays on a proxy with a length | RangeError
Array.prototype.toReversed.call(new Proxy({}, { get: (t, key) => key === 'length' ? 2 ** 32 - 1 : 0 }))

//# a method of arrays on a number with a length | RangeError
Number.prototype.length = 2 ** 53 - 1; Array.prototype.join.call(1)

//# join with a separator that becomes a long string | RangeError
[1, 2, 3].concat(new Array(1e6)).join({ toString: () => 'x'.repeat(1e6) })

//# join of a typed array with a long separator | RangeError
new Uint8Array(1e6).join('x'.repeat(1e6))

//# join of a typed array with a separator that becomes a long string | RangeError
new Uint8Array(1e6).join({ toString: () => 'x'.repeat(1e6) })

//# join of a large typed array | RangeError
new Uint8Array(2 ** 30).join()

//# toLocaleString of a large typed array | RangeError
new Uint8Array(2 ** 30).toLocaleString()

//# String.raw of something with a length | RangeError
String.raw({ raw: { length: 2 ** 53 - 1 } })

//# String.raw of something that tells another length every time | ok
let n = 0; if (String.raw({ raw: { 0: 'x', get length() { return n++ ? 2 ** 53 - 1 : 1 } } }) !== 'x') throw new Error()

//# keys that a proxy says are many | RangeError
//! The engine takes memory for as many keys as the trap says there are, before it looks at any, and asks for the trap itself.
Reflect.ownKeys(new Proxy({}, { ownKeys: () => ({ length: 2 ** 40 }) }))
