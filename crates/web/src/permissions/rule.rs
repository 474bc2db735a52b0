//! Lists of what is allowed and denied.

/// What rules say about something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// Nothing allows it.
    NotGranted,
    /// Something denies it.
    Denied,
}

/// What is allowed and what is denied.
#[derive(Debug, Clone)]
pub(super) struct Rule<A, D = A> {
    pub(super) allow_all: bool,
    pub(super) allow: Vec<A>,
    pub(super) deny_all: bool,
    pub(super) deny: Vec<D>,
}

impl<A, D> Default for Rule<A, D> {
    fn default() -> Self {
        Self {
            allow_all: false,
            allow: Vec::new(),
            deny_all: false,
            deny: Vec::new(),
        }
    }
}

impl<A, D> Rule<A, D> {
    /// What the rule says about something that is allowed, or denied, by what these functions tell.
    pub(super) fn verdict(
        &self,
        is_allowed: impl FnMut(&A) -> bool,
        is_denied: impl FnMut(&D) -> bool,
    ) -> Verdict {
        if self.deny_all || self.deny.iter().any(is_denied) {
            Verdict::Denied
        } else if self.allow_all || self.allow.iter().any(is_allowed) {
            Verdict::Allowed
        } else {
            Verdict::NotGranted
        }
    }

    /// Whether it allows everything and denies nothing.
    pub(super) fn is_unrestricted(&self) -> bool {
        self.allow_all && !self.deny_all && self.deny.is_empty()
    }
}
