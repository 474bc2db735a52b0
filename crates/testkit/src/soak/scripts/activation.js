let run, make;

function prepare(count) {
    const module = new WebAssembly.Module(wat(`(module
        (import "m" "make" (func $make (param i32) (result externref)))
        (func (export "run") (param i32)
            (loop $again
                (drop (call $make (local.get 0)))
                (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`));
    const objects = new Array(count + 1).fill(null);
    make = i => objects[i] = {};
    ({ run } = new WebAssembly.Instance(module, { m: { make } }).exports);
    run(1);
}

async function soak(count) {
    run(count);
    progress(count);
    return "";
}
