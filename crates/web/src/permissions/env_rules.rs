//! Which variables of the environment may be looked at.

use super::{
    InvalidRule, env_name,
    rule::{Rule, Verdict},
};

/// The name of a variable, or how names begin.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Name(String),
    Prefix(String),
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, InvalidRule> {
        let (name, is_prefix) = match text.strip_suffix('*') {
            Some(prefix) => (prefix, true),
            None => (text, false),
        };
        if name.is_empty() && !is_prefix {
            return Err(InvalidRule::new(text, "a variable has a name"));
        }
        if name.contains(['=', '\0', '*']) {
            let reason = "no variable has such a name";
            return Err(InvalidRule::new(text, reason));
        }
        let name = env_name(name);
        Ok(if is_prefix {
            Self::Prefix(name)
        } else {
            Self::Name(name)
        })
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Name(own) => own == name,
            Self::Prefix(prefix) => name.starts_with(prefix),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct EnvRules(Rule<Pattern>);

impl EnvRules {
    pub(super) fn allow<T: AsRef<str>>(
        &mut self,
        names: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidRule> {
        for name in names {
            self.0.allow.push(Pattern::parse(name.as_ref())?);
        }
        Ok(())
    }

    pub(super) fn allow_all(&mut self) {
        self.0.allow_all = true;
    }

    pub(super) fn deny<T: AsRef<str>>(
        &mut self,
        names: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidRule> {
        for name in names {
            self.0.deny.push(Pattern::parse(name.as_ref())?);
        }
        Ok(())
    }

    pub(super) fn deny_all(&mut self) {
        self.0.deny_all = true;
    }

    pub(super) fn check(&self, name: &str) -> Verdict {
        let name = env_name(name);
        let matches = |pattern: &Pattern| pattern.matches(&name);
        self.0.verdict(matches, matches)
    }

    pub(super) fn is_unrestricted(&self) -> bool {
        self.0.is_unrestricted()
    }
}
