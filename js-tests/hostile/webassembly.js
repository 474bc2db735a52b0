//# a function that calls itself | RangeError
new WebAssembly.Instance(new WebAssembly.Module(wat('(func $f (export "f") (call $f))'))).exports.f()

//# a function that calls itself through a table | RangeError
new WebAssembly.Instance(new WebAssembly.Module(wat('(table 1 funcref) (elem (i32.const 0) $f) (func $f (export "f") (call_indirect (i32.const 0)))'))).exports.f()

//# two functions with many parameters | RangeError
new WebAssembly.Instance(new WebAssembly.Module(wat('(func $f (export "f") (param i64 i64 i64 i64 i64 i64) (call $g (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5))) (func $g (param i64 i64 i64 i64 i64 i64) (call $f (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5)))'))).exports.f(1n, 1n, 1n, 1n, 1n, 1n)

//# a start function that calls itself | RangeError
new WebAssembly.Instance(new WebAssembly.Module(wat('(func $f (call $f)) (start $f)')))

//# through JavaScript | RangeError
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (call $f))')), { m: { f: () => exports.f() } }); exports.f()

//# through JavaScript, caught each time | RangeError
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (call $f))')), { m: { f() { try { exports.f() } catch (error) { throw error } } } }); exports.f()

//# through valueOf of an argument | ok|RangeError
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(func (export "f") (param i32))'))); const o = { valueOf() { exports.f(o) } }; exports.f(o)

//# through valueOf of a result | RangeError
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f (result i32))) (func (export "f") (result i32) (call $f))')), { m: { f: () => ({ valueOf: () => exports.f() }) } }); exports.f()

//# through the iterator of results | RangeError
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f (result i32 i32))) (func (export "f") (result i32 i32) (call $f))')), { m: { f: () => ({ [Symbol.iterator]: () => exports.f() }) } }); exports.f()

//# through a getter of the imports | RangeError
const module = new WebAssembly.Module(wat('(import "m" "f" (func $f))')); const imports = { get m() { new WebAssembly.Instance(module, imports) } }; new WebAssembly.Instance(module, imports)

//# through instances that import each other's functions | RangeError|memory
let f = () => 1; const module = new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (call $f))')); for (let i = 0; i < 1000; i++) f = new WebAssembly.Instance(module, { m: { f } }).exports.f; const last = new WebAssembly.Instance(module, { m: { f: () => { f(); last.exports.f() } } }); last.exports.f()

//# a chain of a hundred thousand instances | RangeError|ok
let f = () => 1; const module = new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (call $f))')); for (let i = 0; i < 30000; i++) f = new WebAssembly.Instance(module, { m: { f } }).exports.f; f()

//# a throw in the depth | ok|RangeError
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f)) (tag $t) (func (export "f") (try_table (catch_all 0) (call $f)))')), { m: { f: () => exports.f() } }); exports.f()

//# a memory grown to its limit | ok
const m = new WebAssembly.Memory({ initial: 0 }); let n = 0; try { for (;;) { m.grow(4096); n += 4096 } } catch (e) { if (!(e instanceof RangeError)) throw e } if (m.buffer.byteLength !== n * 65536) throw new Error('length')

//# a memory grown by more than there can be | RangeError
new WebAssembly.Memory({ initial: 1 }).grow(65536)

//# a memory grown by code to its limit | ok|memory
const { f, m } = new WebAssembly.Instance(new WebAssembly.Module(wat('(memory (export "m") 0) (func (export "f") (result i32) (loop (br_if 0 (i32.ne (memory.grow (i32.const 1024)) (i32.const -1)))) (memory.size))'))).exports; const pages = f(); if (m.buffer.byteLength !== pages * 65536) throw new Error('length')

//# memory.fill of all of a large memory | ok
const { f } = new WebAssembly.Instance(new WebAssembly.Module(wat('(memory 4096) (func (export "f") (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x10000000)))'))).exports; f()

//# a memory that is too large at the start | RangeError|TypeError
new WebAssembly.Memory({ initial: 65537 })

//# as many memories as will fit | ok
const a = []; try { for (let i = 0; i < 5000; i++) a.push(new WebAssembly.Memory({ initial: 0 })) } catch (e) { if (!(e instanceof RangeError)) throw e }

//# a 64-bit memory | RangeError|TypeError
new WebAssembly.Memory({ address: 'i64', initial: 2n ** 48n })

//# a 64-bit memory grown | RangeError
new WebAssembly.Memory({ address: 'i64', initial: 1n }).grow(2n ** 47n)

//# a module with a 64-bit memory of 2^48 pages | RangeError|CompileError|LinkError
new WebAssembly.Instance(new WebAssembly.Module(wat('(memory i64 0x1000000000000)')))

//# a module with a memory of 4 GiB | ok|RangeError|memory
new WebAssembly.Instance(new WebAssembly.Module(wat('(memory 65536)')))

//# a table of 2^32 elements | RangeError
new WebAssembly.Table({ element: 'anyfunc', initial: 2 ** 32 - 1 })

//# a table of 2^32 references | RangeError
new WebAssembly.Table({ element: 'externref', initial: 2 ** 32 - 1 }, {})

//# a table of ten million elements | ok
new WebAssembly.Table({ element: 'externref', initial: 1e7 }, {}).length

//# a table grown to its limit | RangeError
new WebAssembly.Table({ element: 'anyfunc', initial: 1 }).grow(2 ** 32 - 1)

//# a table grown again and again | ok
const t = new WebAssembly.Table({ element: 'anyfunc', initial: 0 }); try { for (;;) t.grow(1e6) } catch (e) { if (!(e instanceof RangeError)) throw e } if (t.length !== 1e7) throw new Error(t.length)

//# a table grown by code | ok
const { f, t } = new WebAssembly.Instance(new WebAssembly.Module(wat('(table (export "t") 0 externref) (func (export "f") (result i32) (loop (br_if 0 (i32.ne (table.grow (ref.null extern) (i32.const 100000)) (i32.const -1)))) (table.size))'))).exports; if (f() !== t.length) throw new Error('length')

//# a module with a table of 2^32 elements | RangeError|CompileError
new WebAssembly.Instance(new WebAssembly.Module(wat('(table 0xffffffff funcref)')))

//# a module with a table that may have 2^32 elements | ok
new WebAssembly.Instance(new WebAssembly.Module(wat('(table 0 0xffffffff funcref)')))

//# a 64-bit table | RangeError|TypeError
new WebAssembly.Table({ element: 'anyfunc', address: 'i64', initial: 2n ** 64n - 1n })

//# an array of memory's buffer, larger than it | RangeError
new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 0, 2 ** 32)

//# an endless loop | deadline
new WebAssembly.Instance(new WebAssembly.Module(wat('(func (export "f") (loop (br 0)))'))).exports.f()

//# an endless loop in a start function | deadline
new WebAssembly.Instance(new WebAssembly.Module(wat('(func $f (loop (br 0))) (start $f)')))

//# recursion without an end, and without depth | deadline
new WebAssembly.Instance(new WebAssembly.Module(wat('(func $f (export "f") (return_call $f))'))).exports.f()

//# an endless loop between code and JavaScript | deadline
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (loop (call $f) (br 0)))')), { m: { f() {} } }); exports.f()

//# a suspended call that suspends for ever | deadline
const suspend = new WebAssembly.Suspending(() => Promise.resolve()); const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (loop (call $f) (br 0)))')), { m: { f: suspend } }); WebAssembly.promising(exports.f)()

//# a hundred suspended calls within each other | ok|RangeError
let f = () => Promise.resolve(); const module = new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (call $f))')); for (let i = 0; i < 100; i++) f = WebAssembly.promising(new WebAssembly.Instance(module, { m: { f: new WebAssembly.Suspending(f) } }).exports.f); f()

//# a suspended call that calls itself | RangeError
let f; const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "m" "f" (func $f)) (func (export "f") (call $f))')), { m: { f: new WebAssembly.Suspending(() => f()) } }); f = WebAssembly.promising(exports.f); f()

//# exceptions thrown in exceptions' payloads | ok
const tag = new WebAssembly.Tag({ parameters: ['externref'] }); let e = null; for (let i = 0; i < 1e5; i++) e = new WebAssembly.Exception(tag, [e]); console.log(typeof e)

//# globals that hold globals | ok
let g = null; for (let i = 0; i < 1e5; i++) g = new WebAssembly.Global({ value: 'externref' }, g); console.log(typeof g.value)

//# tables that hold tables | ok
let t = null; for (let i = 0; i < 2e4; i++) { const u = new WebAssembly.Table({ element: 'externref', initial: 1 }); u.set(0, t); t = u } console.log(typeof t)

//# a million arguments | RangeError|ok
new WebAssembly.Instance(new WebAssembly.Module(wat('(func (export "f"))'))).exports.f(...new Array(1e6).fill(0))

//# Module.customSections of many | ok
WebAssembly.Module.customSections(new WebAssembly.Module(bytes(...new Array(1e4).fill([0, 2, 1, 97]))), 'a').length

//# no module | CompileError
new WebAssembly.Module(new Uint8Array(1e7))

//# nothing but zeros behind the header | CompileError
new WebAssembly.Module(bytes(new Uint8Array(1e7)))

//# a section longer than the module | CompileError
new WebAssembly.Module(bytes([1, ...leb(2 ** 32 - 1)]))

//# a million types | CompileError
new WebAssembly.Module(bytes(section(1, vector(1.1e6, [0x60, 0, 0]))))

//# as many types as may be | ok
new WebAssembly.Module(bytes(section(1, vector(1e6, [0x60, 0, 0]))))

//# a type with a thousand parameters | ok
new WebAssembly.Module(bytes(section(1, [1, 0x60, ...leb(1000), ...new Array(1000).fill(0x7f), 0])))

//# a type with too many parameters | CompileError
new WebAssembly.Module(bytes(section(1, [1, 0x60, ...leb(1001), ...new Array(1001).fill(0x7f), 0])))

//# as many imports as may be | LinkError|TypeError|ok
new WebAssembly.Instance(new WebAssembly.Module(bytes(section(2, vector(9e5, [0, 0, 3, 0x7f, 0])))), { '': { '': 1 } })

//# more imports than may be | CompileError
new WebAssembly.Module(bytes(section(2, vector(1000001, [0, 0, 3, 0x7f, 0]))))

//# as many functions as may be | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], section(3, vector(1e6, [0])), section(10, vector(1e6, [2, 0, 0x0b])))))

//# more functions than may be | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], section(3, vector(1000001, [0])), section(10, vector(1000001, [2, 0, 0x0b]))))

//# more functions than bodies | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], section(3, vector(1e6, [0]))))

//# a million globals | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes(section(6, vector(1e6, [0x7f, 0, 0x41, 0, 0x0b])))))

//# more globals than may be | CompileError
new WebAssembly.Module(bytes(section(6, vector(1000001, [0x7f, 0, 0x41, 0, 0x0b]))))

//# a hundred tables | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes(section(4, vector(100, [0x70, 0, 0])))))

//# too many tables | CompileError
new WebAssembly.Module(bytes(section(4, vector(100001, [0x70, 0, 0]))))

//# a hundred memories | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes(section(5, vector(100, [0, 0])))))

//# too many memories | CompileError
new WebAssembly.Module(bytes(section(5, vector(101, [0, 0]))))

//# a million exports | ok
Object.keys(new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], section(7, names(1e5, 0, 0)), [10, 4, 1, 2, 0, 0x0b]))).exports).length

//# as many exports as may be | ok
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], section(7, names(4e5, 0, 0)), [10, 4, 1, 2, 0, 0x0b]))

//# more exports than may be | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], section(7, names(1000001, 0, 0)), [10, 4, 1, 2, 0, 0x0b]))

//# an export with a name of a hundred thousand bytes | ok
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], section(7, [1, ...leb(1e5), ...new Array(1e5).fill(97), 0, 0]), [10, 4, 1, 2, 0, 0x0b]))

//# an export with a longer name | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], section(7, [1, ...leb(100001), ...new Array(100001).fill(97), 0, 0]), [10, 4, 1, 2, 0, 0x0b]))

//# a hundred thousand element segments | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes([4, 4, 1, 0x70, 0, 1], section(9, vector(1e5, [0, 0x41, 0, 0x0b, 0])))))

//# an element segment that is too long | CompileError
new WebAssembly.Module(bytes([4, 4, 1, 0x70, 0, 1], section(9, [1, 0, 0x41, 0, 0x0b, ...leb(10000001), 0])))

//# a hundred thousand data segments | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes([5, 3, 1, 0, 1], section(11, vector(1e5, [0, 0x41, 0, 0x0b, 0])))))

//# too many data segments | CompileError
new WebAssembly.Module(bytes([5, 3, 1, 0, 1], section(11, vector(100001, [0, 0x41, 0, 0x0b, 0]))))

//# a data count that is a lie | CompileError
new WebAssembly.Module(bytes([12, 5, ...leb(2 ** 32 - 1)]))

//# a million custom sections | ok
new WebAssembly.Module(bytes(...new Array(1e5).fill([0, 1, 0])))

//# a long body | ok
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, ...new Uint8Array(7e5).fill(1), 0x0b])))).exports.f()

//# a body that is too long | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [10, ...leb(7654330), 1, ...leb(7654322)], new Uint8Array(7654322)))

//# a body of nested blocks | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, ...repeat(1e5, [2, 0x40]), ...repeat(1e5, [0x0b]), 0x0b])))).exports.f()

//# a body of nested loops | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, ...repeat(1e5, [3, 0x40]), ...repeat(1e5, [0x0b]), 0x0b])))).exports.f()

//# a body of nested ifs | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, ...repeat(1e5, [0x41, 0, 4, 0x40]), ...repeat(1e5, [0x0b]), 0x0b])))).exports.f()

//# a body of nested handlers | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, ...repeat(2e4, [6, 0x40]), ...repeat(2e4, [0x19, 0x0b]), 0x0b])))).exports.f()

//# a body with many operands | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, ...repeat(1e5, [0x41, 0]), ...repeat(1e5, [0x1a]), 0x0b])))).exports.f()

//# a branch table with many targets | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([0, 0x41, 0, 0x0e, ...leb(65520), ...repeat(65521, [0]), 0x0b])))).exports.f()

//# as many locals as may be | RangeError|ok
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([1, ...leb(50000), 0x7f, 0x0b])))).exports.f()

//# too many locals | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], code([1, ...leb(50001), 0x7f, 0x0b])))

//# 2^32 locals | CompileError
new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], code([1, ...leb(2 ** 32 - 1), 0x7f, 0x0b])))

//# many recursing locals | RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], [3, 2, 1, 0], [7, 5, 1, 1, 102, 0, 0], code([1, ...leb(29000), 0x7e, 0x10, 0, 0x0b])))).exports.f()

//# a long constant expression | ok|CompileError|RangeError
new WebAssembly.Instance(new WebAssembly.Module(bytes(section(6, [1, 0x7f, 0, 0x41, 0, ...repeat(1e5, [0x41, 1, 0x6a]), 0x0b]))))

//# many recursive groups | CompileError|ok
new WebAssembly.Module(bytes(section(1, vector(1e5, [0x4e, 1, 0x50, 0, 0x60, 0, 0]))))

//# a group of many types | CompileError|ok
new WebAssembly.Module(bytes(section(1, [1, 0x4e, ...vector(1e6, [0x60, 0, 0])])))

//# a chain of subtypes | CompileError|ok
new WebAssembly.Module(bytes(section(1, [...leb(1000), 0x50, 0, 0x60, 0, 0, ...Array.from({ length: 999 }, (_, i) => [0x50, 1, ...leb(i), 0x60, 0, 0]).flat()])))

//# many tags | ok|CompileError
new WebAssembly.Instance(new WebAssembly.Module(bytes([1, 4, 1, 0x60, 0, 0], section(13, vector(1e5, [0, 0])))))

//# a name section that is nonsense | ok
new WebAssembly.Module(bytes([0, 9, 4, 110, 97, 109, 101, 1, 255, 255, 255]))

//# compileStreaming of a stream of zeros without an end | CompileError
WebAssembly.compileStreaming(new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1000)) } }), { headers: { 'content-type': 'application/wasm' } }))

//# compileStreaming of a stream of custom sections without an end | CompileError|TypeError|deadline
let first = true; WebAssembly.compileStreaming(new Response(new ReadableStream({ pull(c) { c.enqueue(first ? bytes() : new Uint8Array([0, 1, 0])); first = false } }), { headers: { 'content-type': 'application/wasm' } }))

//# compileStreaming of itself | TypeError
const r = new Response(new ReadableStream({ pull() { return WebAssembly.compileStreaming(r) } }), { headers: { 'content-type': 'application/wasm' } }); WebAssembly.compileStreaming(r)

//# many compilations at once | ok
Promise.all(Array.from({ length: 2000 }, () => WebAssembly.compile(bytes(section(1, vector(1000, [0x60, 0, 0]))))))

//# many instances | ok
const module = new WebAssembly.Module(wat('(memory 1) (table 10 funcref) (func (export "f"))')); for (let i = 0; i < 1e4; i++) new WebAssembly.Instance(module)

//# toResizableBuffer, resized to what there cannot be | RangeError
new WebAssembly.Memory({ initial: 1, maximum: 65536 }).toResizableBuffer().resize(2 ** 40)

//# js-string builtins that make a string that is too long | RangeError|RuntimeError|memory
const { f } = new WebAssembly.Instance(new WebAssembly.Module(wat('(import "wasm:js-string" "concat" (func $c (param externref externref) (result (ref extern)))) (func (export "f") (param externref) (result externref) (local i32) (loop (local.set 0 (call $c (local.get 0) (local.get 0))) (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 50)))) (local.get 0))'), { builtins: ['js-string'] }), {}).exports; f('x')
