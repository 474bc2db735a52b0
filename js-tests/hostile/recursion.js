//# a function | RangeError
(function f() { f() })()

//# two functions | RangeError
function a() { b() } function b() { a() } a()

//# twenty functions | RangeError
const f = []; for (let i = 0; i < 20; i++) f[i] = () => f[(i + 1) % 20](); f[0]()

//# with many arguments and variables | RangeError
(function f(a, b, c, d, e, g, h) { let i = a, j = b, k = c, l = d; f(i, j, k, l, a, b, c) })()

//# spread arguments | RangeError|deadline
(function f(...rest) { f(...rest.slice(0, 3), 1) })()

//# default parameters | RangeError
(function f(x = f()) {})()

//# within try and finally | RangeError
(function f() { try { f() } finally { f() } })()

//# within try and catch | RangeError
(function f() { try { f() } catch { f() } })()

//# bound functions | ok|RangeError
let f = () => {}; for (let i = 0; i < 50000; i++) { f = f.bind(); Object.defineProperty(f, 'name', { value: '' }) } f()

//# bound constructors | ok|RangeError
let F = class {}; for (let i = 0; i < 50000; i++) { F = F.bind(); Object.defineProperty(F, 'name', { value: '' }) } new F()

//# apply and call | RangeError
(function f() { f.call.apply(f, [f]) })()

//# a constructor | RangeError
class A { constructor() { new A() } } new A()

//# a field | RangeError
class A { field = new A() } new A()

//# a static initialiser of a class in a function | RangeError
(function f() { class A { static { f() } } })()

//# a derived constructor | RangeError
class A { constructor() { new B() } } class B extends A {} new B()

//# a chain of derived classes | RangeError|deadline
let C = class {}; for (let i = 0; i < 60000; i++) C = class extends C {}; new C()

//# a getter | RangeError
const o = { get x() { return this.x } }; o.x

//# a setter | RangeError
const o = { set x(v) { this.x = v } }; o.x = 1

//# toString | ok|RangeError
const o = { toString() { return '' + o } }; '' + o

//# valueOf | ok|RangeError
const o = { valueOf() { return +o } }; +o

//# Symbol.toPrimitive | RangeError
const o = { [Symbol.toPrimitive]() { return `${o}` } }; `${o}`

//# toJSON | RangeError
const o = { toJSON() { return JSON.stringify(o) } }; JSON.stringify(o)

//# Symbol.hasInstance | RangeError
const o = { [Symbol.hasInstance]() { return 1 instanceof o } }; 1 instanceof o

//# Symbol.species | RangeError
class A extends Array { static get [Symbol.species]() { return new A(1).map(x => x) } } new A(1).map(x => x)

//# a tagged template | RangeError
(function f() { f`${1}` })()

//# a proxy's get | RangeError
const p = new Proxy({}, { get(t, k, r) { return r[k] } }); p.x

//# a proxy's set | RangeError
const p = new Proxy({}, { set(t, k, v, r) { r[k] = v } }); p.x = 1

//# a proxy's has | RangeError
const p = new Proxy({}, { has(t, k) { return k in p } }); 'x' in p

//# a proxy's apply | RangeError
const p = new Proxy(() => {}, { apply() { return p() } }); p()

//# a proxy's construct | RangeError
const p = new Proxy(class {}, { construct() { return new p() } }); new p()

//# a proxy's ownKeys | RangeError
const p = new Proxy({}, { ownKeys() { return Object.keys(p) } }); Object.keys(p)

//# a proxy's getPrototypeOf | RangeError
const p = new Proxy({}, { getPrototypeOf() { return Object.getPrototypeOf(p) } }); Object.getPrototypeOf(p)

//# a proxy of a proxy of a proxy, get | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p.x

//# a proxy of a proxy of a proxy, set | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p.x = 1

//# a proxy of a proxy of a proxy, has | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); 'x' in p

//# a proxy of a proxy of a proxy, call | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = () => {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p()

//# a proxy of a proxy of a proxy, construct | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = class {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); new p()

//# a proxy of a proxy of a proxy, keys | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Object.keys(p)

//# a proxy of a proxy of a proxy, prototype | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Object.getPrototypeOf(p)

//# a proxy of a proxy of a proxy, delete | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); delete p.x

//# a proxy of a proxy of a proxy, define | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Object.defineProperty(p, 'x', { value: 1 })

//# a proxy of a proxy of a proxy, isArray | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = []; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Array.isArray(p)

//# a proxy of a proxy of a proxy, isExtensible | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Object.isExtensible(p)

//# a proxy of a proxy of a proxy, freeze | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); Object.freeze(p)

//# a proxy as its own prototype's prototype | RangeError
const o = {}; Object.setPrototypeOf(o, new Proxy({}, { get(t, k) { return o[k] } })); o.x

//# a chain of prototypes, get | ok
//? the engine recurses natively through each of them, without looking at the stack
let o = {}; for (let i = 0; i < 100000; i++) o = Object.create(o); o.x

//# a chain of prototypes, set | ok
//? the engine recurses natively through each of them, without looking at the stack
let o = {}; for (let i = 0; i < 100000; i++) o = Object.create(o); o.x = 1

//# a chain of prototypes, has | ok
//? the engine recurses natively through each of them, without looking at the stack
let o = {}; for (let i = 0; i < 100000; i++) o = Object.create(o); 'x' in o

//# a chain of prototypes, for in | ok
//? the engine recurses natively through each of them, without looking at the stack
let o = { x: 1 }; for (let i = 0; i < 3000; i++) o = Object.create(o); for (const k in o);

//# a chain of prototypes, instanceof | ok
//? the engine recurses natively through each of them, without looking at the stack
let o = {}; for (let i = 0; i < 100000; i++) o = Object.create(o); o instanceof Map

//# a proxy in its own chain of prototypes, get | TypeError
const p = new Proxy({}, {}); Object.setPrototypeOf(p, Object.create(p)); p.x

//# a proxy in its own chain of prototypes, set | TypeError
const p = new Proxy({}, {}); Object.setPrototypeOf(p, Object.create(p)); p.x = 1

//# a proxy in its own chain of prototypes, has | TypeError
const p = new Proxy({}, {}); Object.setPrototypeOf(p, Object.create(p)); 'x' in p

//# a proxy whose target is in its chain of prototypes | TypeError
const t = {}; const p = new Proxy(t, {}); Object.setPrototypeOf(t, p); t.x

//# a proxy in its own chain of prototypes, by __proto__ | TypeError
const p = new Proxy({}, {}); p.__proto__ = { __proto__: p }; p.x

//# a proxy in its own chain of prototypes, by Reflect | ok
const p = new Proxy({}, {}); if (Reflect.setPrototypeOf(p, Object.create(p))) throw new Error(); p.x; 'x' in p; p.x = 1

//# two proxies in each other's chains of prototypes | TypeError
const a = {}, b = {}; Object.setPrototypeOf(a, new Proxy(b, {})); Object.setPrototypeOf(b, new Proxy(a, {})); a.x

//# a proxy that always tells another prototype | ok
const t = {}; Object.setPrototypeOf(t, new Proxy({}, { getPrototypeOf: function f() { return new Proxy({}, { getPrototypeOf: f }) } })); t.x

//# a proxy in its own chain of prototypes that tells another, get | RangeError
//! The engine follows prototypes and proxies by native recursion without counting it, and asks the proxy for its target alone.
const p = new Proxy({}, { getPrototypeOf: () => null }); Object.setPrototypeOf(p, Object.create(p)); p.x

//# Reflect | RangeError
(function f() { Reflect.apply(f, null, []) })()

//# Reflect.construct | RangeError
(function F() { Reflect.construct(F, []) })()

//# an iterator | RangeError
const i = { [Symbol.iterator]() { return [...i] } }; [...i]

//# an iterator's next | RangeError
const i = { [Symbol.iterator]() { return i }, next() { for (const x of i); } }; for (const x of i);

//# an iterator's return | RangeError
const i = { [Symbol.iterator]() { return i }, next() { return { done: false } }, return() { for (const x of i) break } }; for (const x of i) break

//# a generator | RangeError
function* g() { yield* g() } [...g()]

//# a generator that calls | RangeError
function* g() { for (const x of g()) yield x } g().next()

//# generators within each other | RangeError
function* base() { yield 1 } let g = base(); for (let i = 0; i < 100000; i++) { const h = g; g = (function* () { yield* h })() } g.next()

//# helpers of iterators within each other | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let i = [1].values(); for (let n = 0; n < 30000; n++) i = i.map(x => x); i.next()

//# flatMap of iterators within each other | ok|RangeError
//? the engine recurses natively through each of them, without looking at the stack
let i = [1].values(); for (let n = 0; n < 30000; n++) { const j = i; i = [1].values().flatMap(() => j) } i.next()

//# wrapped iterators | RangeError
let i = { next() { return { done: true } } }; for (let n = 0; n < 30000; n++) { const j = i; i = Iterator.from({ next: () => j.next() }) } i.next()

//# eval | RangeError
function f() { eval('f()') } f()

//# indirect eval | RangeError
globalThis.f = () => (0, eval)('f()'); f()

//# eval of eval | RangeError|deadline
const s = 'eval(s)'; eval(s)

//# Function | RangeError
globalThis.f = () => new Function('f()')(); f()

//# map | RangeError
(function f() { [1].map(f) })()

//# forEach, filter, reduce, every, some, find | RangeError
(function f() { [1].forEach(() => [1].filter(() => [1].reduce(() => 0, [1].every(() => [1].some(() => [1].find(f)))))) })()

//# sort | RangeError
(function f() { [1, 2].sort(f) })()

//# typed array sort | RangeError
(function f() { new Uint8Array(2).sort(f) })()

//# typed array map | RangeError
(function f() { new Uint8Array(2).map(f) })()

//# replace | RangeError
(function f() { 'a'.replace(/a/, f) })()

//# replaceAll | RangeError
(function f() { 'a'.replaceAll('a', f) })()

//# Symbol.replace, split, match | RangeError
const o = { [Symbol.replace]() { return 'a'.replace(o, '') } }; 'a'.replace(o, '')

//# a RegExp's exec | RangeError
const r = /a/; r.exec = () => r.test('a'); r.test('a')

//# JSON.parse's reviver | RangeError
function f() { JSON.parse('[1]', f) } f()

//# JSON.stringify's replacer | RangeError
function f() { return JSON.stringify([1], f) } f()

//# Array.from | RangeError
(function f() { Array.from([1], f) })()

//# Object.fromEntries | RangeError
const o = { get [Symbol.iterator]() { return Object.fromEntries(o) } }; Object.fromEntries(o)

//# Object.assign | RangeError
const o = { get x() { return Object.assign({}, o) } }; Object.assign({}, o)

//# Object.groupBy | RangeError
(function f() { Object.groupBy([1], f) })()

//# Map.prototype.forEach | RangeError
const m = new Map([[1, 1]]); (function f() { m.forEach(f) })()

//# Set.prototype.union | RangeError
const s = new Set([1]); s.has = () => true; const o = { size: 1, has: () => s.isSubsetOf(o), keys() { return s.union(o) } }; s.union(o)

//# Array.prototype.concat of itself | RangeError
const o = { get [Symbol.isConcatSpreadable]() { return [].concat(o) } }; [].concat(o)

//# Date's conversion | ok|RangeError
const o = { valueOf() { return new Date(o) } }; new Date(o)

//# Error.cause and getters | RangeError
const o = { get cause() { return new Error('', o) } }; new Error('', o)

//# a promise's executor | RangeError
(function f() { new Promise(f) })()

//# a thenable's then | RangeError
const t = { get then() { return Promise.resolve(t) } }; Promise.resolve(t)

//# an async function | RangeError
async function f() { await f() } f()

//# an async function without await | RangeError
async function f() { return f() } f()

//# an async generator | RangeError
async function* g() { yield* g() } g().next()

//# for await | RangeError
async function* g() { for await (const x of g()) yield x } g().next()

//# an async generator that calls itself within its body | RangeError
async function* g() { for await (const x of g()) for await (const y of g()) yield y } g().next(); g().return()

//# a function that an async generator calls | RangeError
async function* g() { (function f() { f() })() } g().next()

//# a function that an async generator calls when it goes on | RangeError
async function* g() { yield 1; (function f() { f() })() } const i = g(); i.next().then(() => i.next())

//# async generators one after the other | ok
async function* g() { (function f() { f() })() } (async () => { for (let i = 0; i < 30; i++) try { await g().next() } catch (e) { if (!(e instanceof RangeError)) throw e } })()

//# an async generator that has an end after one that has not | ok
async function* g() { yield* g() } g().next().catch(() => { (async () => { for await (const x of (async function* () { yield 1 })()) if (x !== 1) throw new Error() })() })

//# an async generator that loops | deadline
async function* g() { for (;;); } g().next()

//# a function that imports | RangeError
//! The engine takes it that making a promise cannot fail when it imports, and panics: the runtime ends with an error of the engine.
function f() { import('data:text/javascript,1'); f() } f()

//# an async arrow within then | ok
let n = 0; const f = async () => { if (n++ < 5000) return Promise.resolve().then(f) }; f()

//# a chain of promises | ok
let p = Promise.resolve(); for (let i = 0; i < 20000; i++) p = p.then(() => {})

//# promises that resolve each other | ok
let resolve; const first = new Promise(r => resolve = r); let p = first; for (let i = 0; i < 10000; i++) { const q = p; p = new Promise(r => r(q)) } resolve()

//# a chain of promises that rejects | Error
let p = Promise.reject(new Error('first')); for (let i = 0; i < 10000; i++) p = p.then(() => {})

//# a thenable that resolves with itself anew | ok
let n = 0; const t = { then(done) { n++ < 100000 ? done(t) : done() } }; Promise.resolve(t)

//# async functions within each other | ok|RangeError
let f = async () => 1; for (let i = 0; i < 3000; i++) { const g = f; f = async () => await g() } f()

//# queueMicrotask | ok
let n = 0; (function f() { if (n++ < 200000) queueMicrotask(f) })()

//# AbortSignal.any of AbortSignal.any | ok
const c = new AbortController(); let s = c.signal; for (let i = 0; i < 20000; i++) s = AbortSignal.any([s]); c.abort()

//# a signal's listener that aborts another | RangeError
(function f() { const c = new AbortController(); c.signal.onabort = f; c.abort() })()

//# dispatchEvent | RangeError
const t = new EventTarget(); t.addEventListener('x', () => t.dispatchEvent(new Event('x'))); t.dispatchEvent(new Event('x'))

//# reportError within error listeners | 1
let n = 0; addEventListener('error', event => { event.preventDefault(); if (n++ < 100000) reportError(n) }); reportError(0)

//# structuredClone of a getter that clones | RangeError
const o = { get x() { return structuredClone(o) } }; structuredClone(o)

//# console.log of a custom inspection that logs | RangeError
const o = { [Symbol.for('nodejs.util.inspect.custom')]() { console.log(o) } }; console.log(o)

//# console.log of a custom inspection that is itself | ok
const o = { [Symbol.for('nodejs.util.inspect.custom')]() { return o } }; console.log(o)

//# console.log with toString in a format | ok|RangeError
const o = { toString() { console.log('%s', o); return '' } }; console.log('%s', o)

//# URLSearchParams of an iterable that makes one | RangeError
const o = { [Symbol.iterator]() { return new URLSearchParams(o) } }; new URLSearchParams(o)

//# Headers of a proxy that makes some | RangeError
const o = new Proxy({}, { ownKeys() { return new Headers(o) } }); new Headers(o)

//# a stream's pull | ok
let n = 0; new ReadableStream({ pull(c) { n++ < 20000 ? c.enqueue(1) : c.close() } }, { highWaterMark: 30000 })

//# a stream's size function | RangeError
let c; new ReadableStream({ start(controller) { c = controller } }, { size() { c.enqueue(1); return 1 } }); c.enqueue(1)

//# a stream's start | RangeError
(function f() { new ReadableStream({ start: f }) })()

//# transform streams behind each other | ok
let s = new ReadableStream({ start(c) { c.enqueue(1); c.close() } }); for (let i = 0; i < 500; i++) s = s.pipeThrough(new TransformStream()); (async () => { for await (const x of s); })()

//# tees of tees | ok
let s = new ReadableStream({ start(c) { c.enqueue(1); c.close() } }); for (let i = 0; i < 1000; i++) s = s.tee()[0]; (async () => { for await (const x of s); })()

//# clones of clones of a response | ok
let r = new Response('x'); for (let i = 0; i < 5000; i++) r = r.clone(); r.text()

//# requests of requests | ok
let r = new Request('http://x/'); for (let i = 0; i < 5000; i++) r = new Request(r); r.url

//# blobs of blobs | ok
let b = new Blob(['x']); for (let i = 0; i < 5000; i++) b = new Blob([b]); b.text()

//# slices of slices | ok
let b = new Blob(['x'.repeat(10000)]); for (let i = 0; i < 5000; i++) b = b.slice(1); b.text()

//# a class that extends null, called by itself | RangeError
class A extends null { static make() { return A.make() } } A.make()

//# labelled blocks in a function that recurses with with | RangeError
(function f(o) { with (o) f({ f }) })({})

//# closures within closures | RangeError
(function f(g) { f(() => g()) })(() => 1)

//# closures called through each other | RangeError
let f = () => 1; for (let i = 0; i < 300000; i++) { const g = f; f = () => g() } f()

//# composed getters | RangeError
let o = { x: 1 }; for (let i = 0; i < 300000; i++) { const p = o; o = { get x() { return p.x } } } o.x

//# import in import | ok
let n = 0; globalThis.f = () => n++ < 300 ? import('data:text/javascript,' + n + ';await f()') : 0; f()

//# setTimeout in setTimeout | ok
let n = 0; (function f() { if (n++ < 300) setTimeout(f) })()

//# a message that sends a message | ok
const { port1, port2 } = new MessageChannel(); let n = 0; port1.onmessage = port2.onmessage = e => { if (n++ < 3000) e.target.postMessage(0); else port1.close() }; port1.postMessage(0)

//# DOMException of a chain of causes | ok
let e; for (let i = 0; i < 100000; i++) e = new Error('x', { cause: e }); console.log(String(e))

//# an uncaught error with a chain of causes | Error
let e; for (let i = 0; i < 100000; i++) e = new Error('x', { cause: e }); throw e

//# an aggregate of aggregates | AggregateError
let e = new Error('x'); for (let i = 0; i < 100000; i++) e = new AggregateError([e]); throw e

//# console.log of a chain of causes | ok
let e; for (let i = 0; i < 100000; i++) e = new Error('x', { cause: e }); console.log(e)
