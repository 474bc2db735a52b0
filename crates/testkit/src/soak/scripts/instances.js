const text = `(module
  (import "m" "f" (func $f (result i32))) (import "m" "table" (table 4 funcref))
  (type $t (func (result i32))) (global $at (import "m" "at") i32)
  (memory (export "memory") 16)
  (func $run (export "run") (result i32) (call $f))
  (func (export "peer") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))
  (elem (global.get $at) $run))`;

async function soak(count) {
    const module = new WebAssembly.Module(wat(text));
    const finalized = new Finalized();
    const cycle = () => {
        const table = new WebAssembly.Table({ element: "anyfunc", initial: 4 });
        const make = at => {
            let instance;
            const f = () => instance.exports.memory.buffer.byteLength + at;
            instance = new WebAssembly.Instance(module, { m: { f, table, at } });
            touch(instance.exports.memory.buffer);
            finalized.watch("closure", f);
            finalized.watch("instance", instance);
            finalized.watch("memory", instance.exports.memory);
            return instance;
        };
        const one = make(0), other = make(1);
        if (one.exports.peer(1) !== (1 << 20) + 1 || other.exports.peer(0) !== 1 << 20) throw new Error("wrong");
        finalized.watch("table", table);
    };
    await repeat(count / 2, 8, cycle);
    return finalized.missing();
}
