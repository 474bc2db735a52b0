//! Microtasks between listeners.

use boa_engine::Context;

use super::report::is_reporting;

/// Runs the microtasks.
pub type MicrotaskCheckpoint = fn(&mut Context);

/// Tells how to run microtasks, so that they run between the listeners of an event that no script has
/// dispatched, and not behind the last one only. Whoever drives the jobs of a context does this.
pub fn set_microtask_checkpoint(checkpoint: MicrotaskCheckpoint, context: &mut Context) {
    context.insert_data(Checkpoint(checkpoint));
}

struct Checkpoint(MicrotaskCheckpoint);

/// <https://html.spec.whatwg.org/multipage/webappapis.html#clean-up-after-running-script>
pub(super) fn after_callback(context: &mut Context) {
    if context.stack_trace().next().is_some() || is_reporting(context) {
        return;
    }
    if let Some(Checkpoint(checkpoint)) = context.get_data::<Checkpoint>() {
        checkpoint(context);
    }
}
