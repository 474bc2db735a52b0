//! The basic URL parser.
//!
//! The parser's states are the specification's. It goes over bytes: whatever it looks for is
//! ASCII, so it never ends a part within a character.
//!
//! <https://url.spec.whatwg.org/#url-parsing>

use std::borrow::Cow;

use super::{
    host,
    percent_encode::{self, Set},
    record::UrlRecord,
};

/// <https://url.spec.whatwg.org/#scheme-start-state> and those after it. What the specification
/// collects in a buffer, a state here takes from the input at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    SchemeStart,
    NoScheme,
    SpecialRelativeOrAuthority,
    PathOrAuthority,
    Relative,
    RelativeSlash,
    SpecialAuthoritySlashes,
    SpecialAuthorityIgnoreSlashes,
    Authority,
    Host,
    Hostname,
    Port,
    File,
    FileSlash,
    FileHost,
    PathStart,
    Path,
    OpaquePath,
    Query,
    Fragment,
}

/// Why the parser stops before the end of its input.
enum Stop {
    /// The specification's "return".
    Done,
    Failure,
}

/// The next state, or the end.
type Next = Result<State, Stop>;

/// Parses a URL as a whole; `None` is failure.
pub(super) fn parse(input: &str, base: Option<&UrlRecord>) -> Option<UrlRecord> {
    let input = input.trim_matches(|c| c <= ' ');
    let mut url = UrlRecord::default();
    let mut parser = Parser::new(&mut url, input, base, false);
    match parser.run(State::SchemeStart) {
        Stop::Done => Some(url),
        Stop::Failure => None,
    }
}

/// Parses with a state override: changes a part of `url`. Whether there is no failure.
pub(super) fn override_parse(url: &mut UrlRecord, input: &str, state: State) -> bool {
    let mut parser = Parser::new(url, input, None, true);
    matches!(parser.run(state), Stop::Done)
}

struct Parser<'a> {
    url: &'a mut UrlRecord,
    /// Without tabs and line breaks.
    input: Cow<'a, str>,
    /// In bytes.
    pointer: usize,
    base: Option<&'a UrlRecord>,
    is_override: bool,
}

impl<'a> Parser<'a> {
    fn new(
        url: &'a mut UrlRecord,
        input: &'a str,
        base: Option<&'a UrlRecord>,
        is_override: bool,
    ) -> Self {
        let is_ignored = |c| matches!(c, '\t' | '\n' | '\r');
        let input = if input.contains(is_ignored) {
            Cow::Owned(input.replace(is_ignored, ""))
        } else {
            Cow::Borrowed(input)
        };
        Self {
            url,
            input,
            pointer: 0,
            base,
            is_override,
        }
    }

    fn run(&mut self, mut state: State) -> Stop {
        loop {
            let next = match state {
                State::SchemeStart => self.scheme(),
                State::NoScheme => self.no_scheme(),
                State::SpecialRelativeOrAuthority => self.special_relative_or_authority(),
                State::PathOrAuthority => self.path_or_authority(),
                State::Relative => self.relative(),
                State::RelativeSlash => self.relative_slash(),
                State::SpecialAuthoritySlashes => self.special_authority_slashes(),
                State::SpecialAuthorityIgnoreSlashes => self.special_authority_ignore_slashes(),
                State::Authority => self.authority(),
                State::Host | State::Hostname => self.host(state),
                State::Port => self.port(),
                State::File => self.file(),
                State::FileSlash => self.file_slash(),
                State::FileHost => self.file_host(),
                State::PathStart => self.path_start(),
                State::Path => self.path(),
                State::OpaquePath => self.opaque_path(),
                State::Query => self.query(),
                State::Fragment => self.fragment(),
            };
            match next {
                Ok(next) => state = next,
                Err(stop) => return stop,
            }
        }
    }

    /// The code point at the pointer, if it is ASCII.
    fn peek(&self) -> Option<u8> {
        self.input.as_bytes().get(self.pointer).copied()
    }

    fn rest(&self) -> &str {
        self.input.get(self.pointer..).unwrap_or_default()
    }

    fn is_slash(&self, byte: u8) -> bool {
        byte == b'/' || byte == b'\\' && self.url.is_special()
    }

    /// Where an authority, and everything in it, ends.
    fn ends_authority(&self, byte: u8) -> bool {
        matches!(byte, b'?' | b'#') || self.is_slash(byte)
    }

    /// <https://url.spec.whatwg.org/#scheme-start-state> and
    /// <https://url.spec.whatwg.org/#scheme-state>
    fn scheme(&mut self) -> Next {
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'-' | b'.'))
            .unwrap_or(rest.len());
        let (scheme, after) = rest.split_at(length);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !after.starts_with(':') {
            return if self.is_override {
                Err(Stop::Failure)
            } else {
                Ok(State::NoScheme)
            };
        }
        let scheme = scheme.to_ascii_lowercase();
        if self.is_override {
            let url = &mut self.url;
            let is_kept = url.is_special() != UrlRecord::is_special_scheme(&scheme)
                || (url.includes_credentials() || url.port.is_some()) && scheme == "file"
                || url.scheme == "file" && url.hostname().is_empty();
            if !is_kept {
                url.scheme = scheme;
                if url.port == url.default_port() {
                    url.port = None;
                }
            }
            return Err(Stop::Done);
        }
        self.pointer += length + 1;
        self.url.scheme = scheme;
        if self.url.scheme == "file" {
            return Ok(State::File);
        }
        if self.url.is_special() {
            let is_of_base = self.base.is_some_and(|base| base.scheme == self.url.scheme);
            return Ok(if is_of_base {
                State::SpecialRelativeOrAuthority
            } else {
                State::SpecialAuthoritySlashes
            });
        }
        if self.peek() == Some(b'/') {
            self.pointer += 1;
            return Ok(State::PathOrAuthority);
        }
        self.url.has_opaque_path = true;
        Ok(State::OpaquePath)
    }

    /// <https://url.spec.whatwg.org/#no-scheme-state>
    fn no_scheme(&mut self) -> Next {
        let base = self.base.ok_or(Stop::Failure)?;
        if base.has_opaque_path {
            if self.peek() != Some(b'#') {
                return Err(Stop::Failure);
            }
            *self.url = base.clone();
            return self.after_path();
        }
        Ok(if base.scheme == "file" {
            State::File
        } else {
            State::Relative
        })
    }

    /// <https://url.spec.whatwg.org/#special-relative-or-authority-state>
    fn special_relative_or_authority(&mut self) -> Next {
        if self.rest().starts_with("//") {
            self.pointer += 2;
            return Ok(State::SpecialAuthorityIgnoreSlashes);
        }
        Ok(State::Relative)
    }

    /// <https://url.spec.whatwg.org/#path-or-authority-state>
    fn path_or_authority(&mut self) -> Next {
        if self.peek() == Some(b'/') {
            self.pointer += 1;
            return Ok(State::Authority);
        }
        Ok(State::Path)
    }

    fn base(&self) -> Result<&'a UrlRecord, Stop> {
        self.base.ok_or(Stop::Failure)
    }

    /// <https://url.spec.whatwg.org/#relative-state>
    fn relative(&mut self) -> Next {
        let base = self.base()?;
        self.url.scheme.clone_from(&base.scheme);
        match self.peek() {
            Some(byte) if self.is_slash(byte) => {
                self.pointer += 1;
                Ok(State::RelativeSlash)
            }
            next => {
                self.take_authority(base);
                self.url.path.clone_from(&base.path);
                self.url.query.clone_from(&base.query);
                self.after_base_path(next, |url, _| shorten(url))
            }
        }
    }

    /// Takes the base's username, password, host and port.
    fn take_authority(&mut self, base: &UrlRecord) {
        self.url.username.clone_from(&base.username);
        self.url.password.clone_from(&base.password);
        self.url.host.clone_from(&base.host);
        self.url.port = base.port;
    }

    /// What follows when all of the base up to its query was taken; `shorten` prepares the base's
    /// path for what comes after it.
    fn after_base_path(
        &mut self,
        next: Option<u8>,
        shorten: impl FnOnce(&mut UrlRecord, &str),
    ) -> Next {
        match next {
            None => Err(Stop::Done),
            Some(b'?' | b'#') => self.after_path(),
            Some(_) => {
                self.url.query = None;
                let rest = self.input.get(self.pointer..).unwrap_or_default();
                shorten(self.url, rest);
                Ok(State::Path)
            }
        }
    }

    /// Starts the query or the fragment, whatever comes after the path.
    fn after_path(&mut self) -> Next {
        let next = self.peek();
        self.pointer += 1;
        match next {
            Some(b'?') => {
                self.url.query = Some(String::new());
                Ok(State::Query)
            }
            Some(b'#') => {
                self.url.fragment = Some(String::new());
                Ok(State::Fragment)
            }
            _ => Err(Stop::Done),
        }
    }

    /// <https://url.spec.whatwg.org/#relative-slash-state>
    fn relative_slash(&mut self) -> Next {
        match self.peek() {
            Some(byte) if self.is_slash(byte) => {
                self.pointer += 1;
                Ok(if self.url.is_special() {
                    State::SpecialAuthorityIgnoreSlashes
                } else {
                    State::Authority
                })
            }
            _ => {
                let base = self.base()?;
                self.take_authority(base);
                Ok(State::Path)
            }
        }
    }

    /// <https://url.spec.whatwg.org/#special-authority-slashes-state>
    fn special_authority_slashes(&mut self) -> Next {
        if self.rest().starts_with("//") {
            self.pointer += 2;
        }
        Ok(State::SpecialAuthorityIgnoreSlashes)
    }

    /// <https://url.spec.whatwg.org/#special-authority-ignore-slashes-state>
    fn special_authority_ignore_slashes(&mut self) -> Next {
        while let Some(b'/' | b'\\') = self.peek() {
            self.pointer += 1;
        }
        Ok(State::Authority)
    }

    /// <https://url.spec.whatwg.org/#authority-state>
    fn authority(&mut self) -> Next {
        let rest = self.rest();
        let end = rest
            .bytes()
            .position(|byte| self.ends_authority(byte))
            .unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        let Some((credentials, host)) = authority.rsplit_once('@') else {
            return Ok(State::Host);
        };
        if host.is_empty() {
            return Err(Stop::Failure);
        }
        let length = credentials.len() + 1;
        let (username, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let encode = |text: &str| {
            let mut output = String::with_capacity(text.len());
            percent_encode::append(text, percent_encode::userinfo, &mut output);
            output
        };
        let (username, password) = (encode(username), encode(password));
        self.url.username = username;
        self.url.password = password;
        self.pointer += length;
        Ok(State::Host)
    }

    /// <https://url.spec.whatwg.org/#host-state>
    fn host(&mut self, state: State) -> Next {
        if self.is_override && self.url.scheme == "file" {
            return Ok(State::FileHost);
        }
        let rest = self.rest();
        let mut is_inside_brackets = false;
        let ends = |byte| {
            match byte {
                b'[' => is_inside_brackets = true,
                b']' => is_inside_brackets = false,
                b':' => return !is_inside_brackets,
                _ => {}
            }
            self.ends_authority(byte)
        };
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        let (text, after) = rest.split_at(length);
        let has_port = after.starts_with(':');
        if text.is_empty() {
            let is_needed = has_port
                || self.url.is_special()
                || self.is_override && (self.url.includes_credentials() || self.url.port.is_some());
            if is_needed {
                return Err(Stop::Failure);
            }
        }
        if has_port && self.is_override && state == State::Hostname {
            return Err(Stop::Failure);
        }
        let host = host::parse(text, !self.url.is_special()).ok_or(Stop::Failure)?;
        self.url.host = Some(host);
        self.pointer += length;
        if has_port {
            self.pointer += 1;
            return Ok(State::Port);
        }
        self.unless_override(State::PathStart)
    }

    fn unless_override(&self, state: State) -> Next {
        if self.is_override {
            Err(Stop::Done)
        } else {
            Ok(state)
        }
    }

    /// <https://url.spec.whatwg.org/#port-state>
    fn port(&mut self) -> Next {
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(length);
        let next = after.bytes().next();
        if !self.is_override && next.is_some_and(|byte| !self.ends_authority(byte)) {
            return Err(Stop::Failure);
        }
        if digits.is_empty() {
            return if self.is_override {
                Err(Stop::Failure)
            } else {
                Ok(State::PathStart)
            };
        }
        let port = digits.parse().map_err(|_| Stop::Failure)?;
        self.url.port = Some(port).filter(|_| self.url.default_port() != Some(port));
        self.pointer += length;
        self.unless_override(State::PathStart)
    }

    /// The base, if its scheme is "file".
    fn file_base(&self) -> Option<&'a UrlRecord> {
        self.base.filter(|base| base.scheme == "file")
    }

    /// <https://url.spec.whatwg.org/#file-state>
    fn file(&mut self) -> Next {
        self.url.scheme = String::from("file");
        self.url.host = Some(String::new());
        match (self.peek(), self.file_base()) {
            (Some(b'/' | b'\\'), _) => {
                self.pointer += 1;
                Ok(State::FileSlash)
            }
            (next, Some(base)) => {
                self.url.host.clone_from(&base.host);
                self.url.path.clone_from(&base.path);
                self.url.query.clone_from(&base.query);
                self.after_base_path(next, |url, rest| {
                    if starts_with_windows_drive_letter(rest) {
                        url.path.clear();
                    } else {
                        shorten(url);
                    }
                })
            }
            _ => Ok(State::Path),
        }
    }

    /// <https://url.spec.whatwg.org/#file-slash-state>
    fn file_slash(&mut self) -> Next {
        if let Some(b'/' | b'\\') = self.peek() {
            self.pointer += 1;
            return Ok(State::FileHost);
        }
        if let Some(base) = self.file_base() {
            self.url.host.clone_from(&base.host);
            let first = base.path.split('/').nth(1).unwrap_or_default();
            if !starts_with_windows_drive_letter(self.rest())
                && is_normalized_windows_drive_letter(first)
            {
                self.url.path.push('/');
                self.url.path.push_str(first);
            }
        }
        Ok(State::Path)
    }

    /// <https://url.spec.whatwg.org/#file-host-state>
    fn file_host(&mut self) -> Next {
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#'))
            .unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        if !self.is_override && is_windows_drive_letter(text) {
            // It is the first segment of the path.
            return Ok(State::Path);
        }
        let mut host = String::new();
        if !text.is_empty() {
            host = host::parse(text, !self.url.is_special()).ok_or(Stop::Failure)?;
            if host == "localhost" {
                host.clear();
            }
        }
        self.url.host = Some(host);
        self.pointer += length;
        self.unless_override(State::PathStart)
    }

    /// <https://url.spec.whatwg.org/#path-start-state>
    fn path_start(&mut self) -> Next {
        match self.peek() {
            Some(byte) if self.is_slash(byte) => self.pointer += 1,
            _ if self.url.is_special() => {}
            Some(b'?' | b'#') if !self.is_override => return self.after_path(),
            Some(_) => {}
            None => {
                if self.is_override && self.url.host.is_none() {
                    self.url.path.push('/');
                }
                return Err(Stop::Done);
            }
        }
        Ok(State::Path)
    }

    /// <https://url.spec.whatwg.org/#path-state>
    fn path(&mut self) -> Next {
        loop {
            let rest = self.input.get(self.pointer..).unwrap_or_default();
            let ends =
                |byte| self.is_slash(byte) || !self.is_override && matches!(byte, b'?' | b'#');
            let length = rest.bytes().position(ends).unwrap_or(rest.len());
            let (segment, after) = rest.split_at(length);
            let next = after.bytes().next();
            let is_followed_by_slash = next.is_some_and(|byte| self.is_slash(byte));
            let url = &mut *self.url;
            if is_double_dot(segment) {
                shorten(url);
                if !is_followed_by_slash {
                    url.path.push('/');
                }
            } else if is_single_dot(segment) {
                if !is_followed_by_slash {
                    url.path.push('/');
                }
            } else if url.scheme == "file"
                && url.path.is_empty()
                && is_windows_drive_letter(segment)
            {
                url.path.push('/');
                url.path.extend(segment.chars().take(1));
                url.path.push(':');
            } else {
                url.path.push('/');
                percent_encode::append(segment, percent_encode::path, &mut url.path);
            }
            self.pointer += length;
            if !is_followed_by_slash {
                return self.after_path();
            }
            self.pointer += 1;
        }
    }

    /// Takes everything up to one of `ends`, encoded.
    fn take_encoded(&mut self, ends: &[char], set: Set) -> String {
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        let mut output = String::with_capacity(length);
        percent_encode::append(text, set, &mut output);
        self.pointer += length;
        output
    }

    /// <https://url.spec.whatwg.org/#cannot-be-a-base-url-path-state>
    fn opaque_path(&mut self) -> Next {
        self.url.path = self.take_encoded(&['?', '#'], percent_encode::c0_control);
        if self.peek().is_some() && self.url.path.ends_with(' ') {
            // It would be lost if query and fragment were.
            self.url.path.pop();
            self.url.path.push_str("%20");
        }
        self.after_path()
    }

    /// <https://url.spec.whatwg.org/#query-state>
    fn query(&mut self) -> Next {
        let ends: &[char] = if self.is_override { &[] } else { &['#'] };
        let set = if self.url.is_special() {
            percent_encode::special_query
        } else {
            percent_encode::query
        };
        self.url.query = Some(self.take_encoded(ends, set));
        self.after_path()
    }

    /// <https://url.spec.whatwg.org/#fragment-state>
    fn fragment(&mut self) -> Next {
        self.url.fragment = Some(self.take_encoded(&[], percent_encode::fragment));
        Err(Stop::Done)
    }
}

/// <https://url.spec.whatwg.org/#shorten-a-urls-path>
fn shorten(url: &mut UrlRecord) {
    if url.scheme == "file"
        && url
            .path
            .strip_prefix('/')
            .is_some_and(is_normalized_windows_drive_letter)
    {
        return;
    }
    let end = url.path.rfind('/').unwrap_or(0);
    url.path.truncate(end);
}

/// <https://url.spec.whatwg.org/#windows-drive-letter>
fn is_windows_drive_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

/// <https://url.spec.whatwg.org/#normalized-windows-drive-letter>
fn is_normalized_windows_drive_letter(text: &str) -> bool {
    is_windows_drive_letter(text) && text.ends_with(':')
}

/// <https://url.spec.whatwg.org/#start-with-a-windows-drive-letter>
fn starts_with_windows_drive_letter(text: &str) -> bool {
    text.get(..2).is_some_and(is_windows_drive_letter)
        && matches!(
            text.as_bytes().get(2),
            None | Some(b'/' | b'\\' | b'?' | b'#')
        )
}

/// <https://url.spec.whatwg.org/#single-dot-path-segment>
fn is_single_dot(segment: &str) -> bool {
    segment == "." || segment.eq_ignore_ascii_case("%2e")
}

/// <https://url.spec.whatwg.org/#double-dot-path-segment>
fn is_double_dot(segment: &str) -> bool {
    segment == ".."
        || segment.eq_ignore_ascii_case(".%2e")
        || segment.eq_ignore_ascii_case("%2e.")
        || segment.eq_ignore_ascii_case("%2e%2e")
}
