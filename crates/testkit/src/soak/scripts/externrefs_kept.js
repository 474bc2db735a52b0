async function soak(count) {
    const module = new WebAssembly.Module(wat(`(module
        (global $last (mut externref) (ref.null extern)) (table $t 16 externref)
        (func (export "take") (param externref i32)
            (global.set $last (local.get 0)) (table.set $t (local.get 1) (local.get 0)))
        (func (export "last") (result externref) (global.get $last))
        (func (export "get") (param i32) (result externref) (table.get $t (local.get 0))))`));
    const { take, last, get } = new WebAssembly.Instance(module).exports;
    const at_once = 10_000;
    await repeat(count / at_once, 1, round => {
        for (let i = 0; i < at_once; i++) take({ i }, i & 15);
        if (last().i !== at_once - 1) throw new Error("wrong");
        for (let i = 0; i < 16; i++) {
            if ((get(i).i & 15) !== i) throw new Error("wrong");
        }
        progress((round + 1) * at_once);
    });
    progress(count);
    return "";
}
