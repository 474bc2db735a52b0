//! Values, cloned.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taipan_testkit::fuzz::Target;

fuzz_target!(|input: &[u8]| {
    if let Some(target) = Target::named("clone") {
        target.run_on_js_thread(input);
    }
});
