//! Workers in a Rust program: what they have from it, how many there may be, and that they can be stopped.
//!
//!     cargo run -p taipan --example workers

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use taipan::{
    Error, Limits, Runtime,
    engine::{Context, JsResult, JsValue, NativeFunction, js_string},
};

/// The script of a worker that works with a function of ours.
const WORKER: &str = "
    onmessage = ({ data: numbers }) => {
        for (const number of numbers) report(number * number);
        postMessage(numbers.length);
        close();
    };
";

/// One that would never end.
const ENDLESS: &str = "
    // (module (func (export \"spin\") (loop (br 0))))
    const bytes = new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 115, 112, 105, 110, 0, 0,
        10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11,
    ]);
    new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.spin();
";

pub(crate) fn main() -> Result<(), Error> {
    let sum = Arc::new(AtomicUsize::new(0));
    let total = Arc::clone(&sum);
    let mut runtime = Runtime::builder()
        .limits(Limits::new().workers(4))
        // This runs on the thread of each worker, so what it takes along must be Send and Sync.
        .on_worker(move |builder| {
            let total = Arc::clone(&total);
            builder.with_context(move |context| define_report(total, context))
        })
        .build()?;

    let script = |source: &str| format!("new Blob([{source:?}], {{ type: 'text/javascript' }})");
    runtime.eval(&format!(
        "const url = URL.createObjectURL({});
         for (const numbers of [[1, 2, 3], [4, 5], [6]]) {{
             const worker = new Worker(url);
             worker.postMessage(numbers);
             worker.onmessage = ({{ data }}) => console.log(data, 'done');
         }}",
        script(WORKER)
    ))?;
    runtime.run()?;
    println!("the sum of the squares is {}", sum.load(Ordering::SeqCst));

    runtime.eval(&format!(
        "const endless = new Worker(URL.createObjectURL({}));
         setTimeout(() => endless.terminate(), {});",
        script(ENDLESS),
        Duration::from_millis(50).as_millis()
    ))?;
    runtime.run()?;
    println!("the endless one was stopped");
    Ok(())
}

/// What the function has at hand.
struct Total(Arc<AtomicUsize>);

/// Defines `report(number)`, which adds to a total.
fn define_report(total: Arc<AtomicUsize>, context: &mut Context) -> JsResult<()> {
    context.insert_data(Total(total));
    let report = NativeFunction::from_fn_ptr(|_, args, context| {
        let number = args.first().cloned().unwrap_or_default().to_u32(context)?;
        if let Some(Total(total)) = context.get_data() {
            total.fetch_add(number as usize, Ordering::SeqCst);
        }
        Ok(JsValue::undefined())
    });
    context.register_global_callable(js_string!("report"), 1, report)
}
