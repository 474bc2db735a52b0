//! What both ways of teeing have in common.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, GcRefCell, Trace};
use taipan_webidl::convert;

use super::{operations::cancel, readable_stream::ReadableStream};
use crate::streams::support::{Deferred, Outcome};

/// One of the two branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::streams) enum Branch {
    First,
    Second,
}

impl Branch {
    pub(super) fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    pub(super) fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}

/// The variables of the specification's algorithms that do not depend on the kind of stream.
#[derive(Trace, Finalize)]
pub(super) struct TeeState {
    pub(super) stream: JsObject<ReadableStream>,
    pub(super) reading: bool,
    /// `canceled1` and `canceled2`
    pub(super) canceled: [bool; 2],
    /// `reason1` and `reason2`
    reasons: [JsValue; 2],
    pub(super) cancel_promise: Deferred,
}

impl TeeState {
    pub(super) fn new(stream: JsObject<ReadableStream>) -> Self {
        Self {
            stream,
            reading: false,
            canceled: [false; 2],
            reasons: [JsValue::undefined(), JsValue::undefined()],
            cancel_promise: Deferred::new(),
        }
    }

    pub(super) fn is_canceled(&self, branch: Branch) -> bool {
        self.canceled[branch.index()]
    }

    fn both_canceled(&self) -> bool {
        self.canceled == [true; 2]
    }

    /// `cancel1Algorithm` and `cancel2Algorithm`
    pub(super) fn cancel(
        this: &GcRefCell<Self>,
        branch: Branch,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let (stream, reasons, promise) = {
            let mut state = this.borrow_mut();
            state.canceled[branch.index()] = true;
            state.reasons[branch.index()] = reason;
            let reasons = state.both_canceled().then(|| state.reasons.clone());
            (state.stream.clone(), reasons, state.cancel_promise.clone())
        };
        if let Some(reasons) = reasons {
            let reason = convert::array(reasons, context);
            let outcome = cancel(&stream, reason.into(), context)?;
            promise.follow(outcome, context);
        }
        Ok(Outcome::Deferred(promise))
    }

    /// Resolves the cancel promise, unless both branches are cancelled.
    pub(super) fn resolve_cancel_promise(
        this: &GcRefCell<Self>,
        context: &mut Context,
    ) -> JsResult<()> {
        let promise = {
            let state = this.borrow();
            (!state.both_canceled()).then(|| state.cancel_promise.clone())
        };
        match promise {
            Some(promise) => promise.resolve(context),
            None => Ok(()),
        }
    }
}
