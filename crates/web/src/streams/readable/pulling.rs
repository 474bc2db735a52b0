//! When a controller asks for more: what the two kinds of controllers have in common.

use boa_engine::{Context, JsObject, JsResult, JsValue, object::NativeObject};
use boa_gc::{Finalize, Trace};

use super::source::Source;
use crate::streams::support::{Outcome, Slots, steps};

/// The slots of a controller that have to do with pulling.
#[derive(Trace, Finalize)]
pub(in crate::streams) struct Pulling {
    /// `[[started]]`
    pub(super) started: bool,
    /// `[[pulling]]`
    pub(super) pulling: bool,
    /// `[[pullAgain]]`
    pub(super) pull_again: bool,
    /// `[[pullAlgorithm]]` and `[[cancelAlgorithm]]`
    pub(super) source: Source,
}

impl Pulling {
    pub(super) fn new(source: Source) -> Self {
        Self {
            started: false,
            pulling: false,
            pull_again: false,
            source,
        }
    }

    /// Notes that a pull is done; says whether to pull again.
    pub(super) fn finish(&mut self) -> bool {
        self.pulling = false;
        std::mem::take(&mut self.pull_again)
    }
}

/// A controller of a readable stream.
pub(in crate::streams) trait PullController: NativeObject + Sized {
    /// The slots.
    fn pulling(&mut self) -> &mut Pulling;

    /// `ShouldCallPull`
    fn should_call_pull(this: &JsObject<Self>) -> bool;

    /// `Error`
    fn error(this: &JsObject<Self>, error: JsValue, context: &mut Context) -> JsResult<()>;

    /// Takes chunks out of a source that is written in Rust.
    fn pull_native(this: &JsObject<Self>, context: &mut Context) -> JsResult<()>;
}

/// <https://streams.spec.whatwg.org/#readable-stream-default-controller-call-pull-if-needed> and
/// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-call-pull-if-needed>
pub(in crate::streams) fn call_pull_if_needed<T: PullController>(
    this: &JsObject<T>,
    context: &mut Context,
) -> JsResult<()> {
    if !T::should_call_pull(this) {
        return Ok(());
    }
    let source = this.with(|slots| {
        let pulling = slots.pulling();
        if pulling.source.never_pulls() {
            return None;
        }
        if pulling.pulling {
            pulling.pull_again = true;
            return None;
        }
        pulling.pulling = true;
        Some(pulling.source.clone())
    });
    let Some(source) = source else {
        return Ok(());
    };
    if matches!(source, Source::Native(_)) {
        return T::pull_native(this, context);
    }
    let outcome = source.pull(&this.clone().upcast(), context)?;
    let then = steps(
        this.clone(),
        |this: JsObject<T>, settlement, context| match settlement {
            Ok(_) => {
                if this.with(|slots| slots.pulling().finish()) {
                    call_pull_if_needed(&this, context)?;
                }
                Ok(())
            }
            Err(error) => T::error(&this, error, context),
        },
    );
    outcome.react(then, context)
}

/// What the setting up of both kinds of controllers ends with, given the result of the start
/// algorithm.
pub(super) fn when_started<T: PullController>(
    this: &JsObject<T>,
    start: Outcome,
    context: &mut Context,
) -> JsResult<()> {
    let then = steps(
        this.clone(),
        |this: JsObject<T>, settlement, context| match settlement {
            Ok(_) => {
                this.with(|slots| slots.pulling().started = true);
                call_pull_if_needed(&this, context)
            }
            Err(error) => T::error(&this, error, context),
        },
    );
    start.react(then, context)
}
