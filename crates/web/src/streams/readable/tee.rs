//! What both ways of teeing have in common.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
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

    pub(super) fn both_canceled(&self) -> bool {
        self.canceled == [true; 2]
    }

    /// Notes that a branch is cancelled.
    pub(super) fn note_canceled(&mut self, branch: Branch, reason: JsValue) {
        self.canceled[branch.index()] = true;
        self.reasons[branch.index()] = reason;
    }

    /// What the cancel algorithm of a branch needs once it is noted.
    pub(super) fn cancellation(&self) -> Cancellation {
        Cancellation {
            stream: self.stream.clone(),
            reasons: self.both_canceled().then(|| self.reasons.clone()),
            promise: self.cancel_promise.clone(),
        }
    }
}

/// The rest of a cancel algorithm, for which the state must not be borrowed.
pub(super) struct Cancellation {
    stream: JsObject<ReadableStream>,
    /// Of both branches, if both are cancelled.
    reasons: Option<[JsValue; 2]>,
    promise: Deferred,
}

impl Cancellation {
    pub(super) fn perform(self, context: &mut Context) -> JsResult<Outcome> {
        if let Some(reasons) = self.reasons {
            let reason = convert::array(reasons, context);
            let outcome = cancel(&self.stream, reason.into(), context)?;
            self.promise.follow(outcome, context);
        }
        Ok(Outcome::Deferred(self.promise))
    }
}
