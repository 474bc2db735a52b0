//! Patterns for a whole URL in one string.
//!
//! <https://urlpattern.spec.whatwg.org/#constructor-string-parsing>

use super::{
    Invalid, canonicalize,
    component::Component,
    init::UrlPatternInit,
    part::Options,
    tokenizer::{Policy, Token, TokenType, tokenize},
};

/// <https://urlpattern.spec.whatwg.org/#constructor-string-parser-state>, in the order of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Init,
    Protocol,
    Authority,
    Username,
    Password,
    Hostname,
    Port,
    Pathname,
    Search,
    Hash,
    Done,
}

/// <https://urlpattern.spec.whatwg.org/#constructor-string-parser>
struct Parser<'a> {
    input: &'a str,
    tokens: Vec<Token<'a>>,
    result: UrlPatternInit,
    component_start: usize,
    index: usize,
    increment: usize,
    group_depth: usize,
    ipv6_depth: isize,
    is_special: bool,
    state: State,
}

/// <https://urlpattern.spec.whatwg.org/#parse-a-constructor-string>
pub(super) fn parse(input: &str) -> Result<UrlPatternInit, Invalid> {
    Parser {
        input,
        tokens: tokenize(input, Policy::Lenient)?,
        result: UrlPatternInit::default(),
        component_start: 0,
        index: 0,
        increment: 1,
        group_depth: 0,
        ipv6_depth: 0,
        is_special: false,
        state: State::Init,
    }
    .parse()
}

impl Parser<'_> {
    fn parse(mut self) -> Result<UrlPatternInit, Invalid> {
        while let Some(token) = self.tokens.get(self.index).copied() {
            self.increment = 1;
            match token.kind {
                TokenType::End => match self.state {
                    State::Init => {
                        self.rewind();
                        if self.is_hash_prefix() {
                            self.change(State::Hash, 1);
                        } else if self.is_search_prefix() {
                            self.change(State::Search, 1);
                        } else {
                            self.change(State::Pathname, 0);
                        }
                    }
                    State::Authority => self.rewind_to(State::Hostname),
                    _ => {
                        self.change(State::Done, 0);
                        break;
                    }
                },
                TokenType::Open => self.group_depth += 1,
                TokenType::Close if self.group_depth > 0 => {
                    self.group_depth -= 1;
                    // The brace itself may not end anything.
                    self.step()?;
                }
                _ if self.group_depth > 0 => {}
                _ => self.step()?,
            }
            self.index += self.increment;
        }
        if self.result.hostname.is_some() && self.result.port.is_none() {
            self.result.port = Some(String::new());
        }
        Ok(self.result)
    }

    /// What a token outside of groups means.
    fn step(&mut self) -> Result<(), Invalid> {
        match self.state {
            State::Init => {
                if self.is_plain(0, ":") {
                    self.rewind_to(State::Protocol);
                }
            }
            State::Protocol => {
                if self.is_plain(0, ":") {
                    let protocol = Component::compile(
                        self.component(),
                        &canonicalize::protocol,
                        Options::default(),
                    )?;
                    self.is_special = protocol.matches_a_special_scheme();
                    if self.is_plain(1, "/") && self.is_plain(2, "/") {
                        self.change(State::Authority, 3);
                    } else if self.is_special {
                        self.change(State::Authority, 1);
                    } else {
                        self.change(State::Pathname, 1);
                    }
                }
            }
            State::Authority => {
                if self.is_plain(0, "@") {
                    self.rewind_to(State::Username);
                } else if self.is_plain(0, "/") || self.is_search_prefix() || self.is_hash_prefix()
                {
                    self.rewind_to(State::Hostname);
                }
            }
            State::Username => {
                if self.is_plain(0, ":") {
                    self.change(State::Password, 1);
                } else if self.is_plain(0, "@") {
                    self.change(State::Hostname, 1);
                }
            }
            State::Password => {
                if self.is_plain(0, "@") {
                    self.change(State::Hostname, 1);
                }
            }
            State::Hostname => {
                if self.is_plain(0, "[") {
                    self.ipv6_depth += 1;
                } else if self.is_plain(0, "]") {
                    self.ipv6_depth -= 1;
                } else if self.is_plain(0, ":") && self.ipv6_depth == 0 {
                    self.change(State::Port, 1);
                } else {
                    self.end_before_pathname();
                }
            }
            State::Port => self.end_before_pathname(),
            State::Pathname => self.end_before_search(),
            State::Search => {
                if self.is_hash_prefix() {
                    self.change(State::Hash, 1);
                }
            }
            State::Hash | State::Done => {}
        }
        Ok(())
    }

    fn end_before_pathname(&mut self) {
        if self.is_plain(0, "/") {
            self.change(State::Pathname, 0);
        } else {
            self.end_before_search();
        }
    }

    fn end_before_search(&mut self) {
        if self.is_search_prefix() {
            self.change(State::Search, 1);
        } else if self.is_hash_prefix() {
            self.change(State::Hash, 1);
        }
    }

    /// <https://urlpattern.spec.whatwg.org/#change-state>
    fn change(&mut self, state: State, skip: usize) {
        let old = self.state;
        let component = self.component().to_owned();
        if let Some(slot) = self.result.component_mut(old) {
            *slot = Some(component);
        }
        if old != State::Init && state != State::Done {
            let result = &mut self.result;
            let is_before = |part| old < part && part < state;
            if is_before(State::Hostname) {
                result.hostname.get_or_insert_default();
            }
            if is_before(State::Pathname) {
                let root = if self.is_special { "/" } else { "" };
                result.pathname.get_or_insert_with(|| root.to_owned());
            }
            if is_before(State::Search) {
                result.search.get_or_insert_default();
            }
        }
        self.state = state;
        self.index += skip;
        self.component_start = self.index;
        self.increment = 0;
    }

    /// <https://urlpattern.spec.whatwg.org/#rewind>
    fn rewind(&mut self) {
        self.index = self.component_start;
        self.increment = 0;
    }

    /// <https://urlpattern.spec.whatwg.org/#rewind-and-set-state>
    fn rewind_to(&mut self, state: State) {
        self.rewind();
        self.state = state;
    }

    /// <https://urlpattern.spec.whatwg.org/#get-a-safe-token>
    fn token(&self, index: usize) -> Option<&Token<'_>> {
        self.tokens.get(index).or_else(|| self.tokens.last())
    }

    /// Whether the token `ahead` of the current one is `value`, and no syntax of patterns.
    ///
    /// <https://urlpattern.spec.whatwg.org/#is-a-non-special-pattern-char>
    fn is_plain(&self, ahead: usize, value: &str) -> bool {
        self.token(self.index + ahead).is_some_and(|token| {
            token.value == value
                && matches!(
                    token.kind,
                    TokenType::Char | TokenType::EscapedChar | TokenType::InvalidChar
                )
        })
    }

    /// <https://urlpattern.spec.whatwg.org/#is-a-search-prefix>
    fn is_search_prefix(&self) -> bool {
        if self.is_plain(0, "?") {
            return true;
        }
        if self
            .token(self.index)
            .is_none_or(|token| token.value != "?")
        {
            return false;
        }
        // After a group it makes that optional.
        let previous = self
            .index
            .checked_sub(1)
            .and_then(|index| self.token(index));
        !previous.is_some_and(|token| {
            matches!(
                token.kind,
                TokenType::Name | TokenType::Regexp | TokenType::Close | TokenType::Asterisk
            )
        })
    }

    /// <https://urlpattern.spec.whatwg.org/#is-a-hash-prefix>
    fn is_hash_prefix(&self) -> bool {
        self.is_plain(0, "#")
    }

    /// <https://urlpattern.spec.whatwg.org/#make-a-component-string>
    fn component(&self) -> &str {
        let start = self.token(self.component_start).map(|token| token.index);
        let end = self.token(self.index).map(|token| token.index);
        let range = start.unwrap_or_default()..end.unwrap_or_default();
        self.input.get(range).unwrap_or_default()
    }
}

impl UrlPatternInit {
    /// The component that a state reads.
    fn component_mut(&mut self, state: State) -> Option<&mut Option<String>> {
        match state {
            State::Init | State::Authority | State::Done => None,
            State::Protocol => Some(&mut self.protocol),
            State::Username => Some(&mut self.username),
            State::Password => Some(&mut self.password),
            State::Hostname => Some(&mut self.hostname),
            State::Port => Some(&mut self.port),
            State::Pathname => Some(&mut self.pathname),
            State::Search => Some(&mut self.search),
            State::Hash => Some(&mut self.hash),
        }
    }
}
