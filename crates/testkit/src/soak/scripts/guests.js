const hostText = `(module
  (table (export "table") 8 funcref) (global (export "last") (mut funcref) (ref.null func))
  (type $t (func (result i32)))
  (func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0))))`;
const guestText = `(module
  (import "m" "f" (func $f (result i32))) (import "m" "table" (table 8 funcref))
  (global $last (import "m" "last") (mut funcref))
  (memory (export "memory") 16)
  (func $run (export "run") (result i32) (call $f))
  (func (export "leave") (param i32) (table.set (local.get 0) (ref.func $run)) (global.set $last (ref.func $run)))
  (elem declare func $run))`;

// What a guest leaves in the table is overwritten by a later one: only the last ones are alive.
async function soak(count) {
    const host = new WebAssembly.Instance(new WebAssembly.Module(wat(hostText)));
    const { table, last, call } = host.exports;
    const guests = new WebAssembly.Module(wat(guestText));
    const finalized = new Finalized();
    await repeat(count, 8, i => {
        let instance;
        const f = () => instance.exports.memory.buffer.byteLength + i;
        instance = new WebAssembly.Instance(guests, { m: { f, table, last } });
        touch(instance.exports.memory.buffer);
        instance.exports.leave(i % 8);
        if (call(i % 8) !== (1 << 20) + i) throw new Error("wrong");
        finalized.watch("closure", f);
        finalized.watch("memory", instance.exports.memory);
    });
    for (let i = 0; i < 8; i++) {
        if (call(i) <= 1 << 20) throw new Error("a guest is gone that the table has");
    }
    // Edges are looked through when there are some hundreds.
    return finalized.missing(600);
}
