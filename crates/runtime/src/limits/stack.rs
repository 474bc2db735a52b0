//! How deep script may recurse: as deep as the native stack it runs on allows.
//!
//! Boa counts calls but does not look at the stack, and a stack overflow ends the process.
//! So the count it may reach is derived from what is left of the stack when a task starts.

use boa_engine::Context;

/// The stack a JavaScript thread gets. Only address space: a page costs memory once it
/// was touched.
pub(crate) const JS_STACK: usize = 256 << 20;

/// What one level of recursion, as the engine counts them, may take of the stack.
const STACK_PER_CALL: usize = 5_368;

/// Kept free for what is not counted: the parser, the formatting of values, native code.
pub(crate) const RESERVE: usize = 512 << 10;

/// The stack assumed where the platform cannot tell.
const ASSUMED_STACK: usize = 1 << 20;

/// How many values the engine's own stack may hold; it is on the heap. The limit on calls
/// is to be the one that is met first.
const VALUE_STACK: usize = 16 << 20;

/// How much native stack is left for the work at hand.
pub(crate) fn remaining_stack() -> usize {
    stacker::remaining_stack()
        .unwrap_or(ASSUMED_STACK)
        .saturating_sub(RESERVE)
}

/// Sets the limits of `context` by the stack that is left.
pub(crate) fn apply(context: &mut Context) {
    let calls = (remaining_stack() / STACK_PER_CALL).max(64);
    let limits = context.runtime_limits_mut();
    limits.set_recursion_limit(calls);
    limits.set_stack_size_limit(VALUE_STACK);
}
