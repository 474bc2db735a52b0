//! Parameters that the engine would lose.
//!
//! In `function (module = {}) { var module = module || … }` the variable starts with the value of the parameter. To the engine
//! it has no value yet, and reading it throws. That is how Emscripten has wrapped its output for years. Such a parameter gets
//! another name, and the body begins with the declaration: `function (module$given = {}) {var module=module$given; …`. A
//! function with such parameters has no directives.

use super::{Insertion, Kind, Token};

/// What is put behind the name of a parameter.
const SUFFIX: &str = "$given";

/// The most words that may stand between the parentheses: there is more in those of calls.
const MOST_WORDS: usize = 200;

/// How many brackets around a declaration are looked at for the body it is in.
const MOST_BLOCKS: usize = 64;

/// How deep brackets may be nested in them.
const MOST_LEVELS: usize = 16;

/// A word between the parentheses.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    previous: Kind,
    next: Kind,
    /// Whether the innermost bracket around it is a brace.
    in_braces: bool,
}

/// What stands between parentheses and may be parameters.
#[derive(Debug, Default)]
struct List {
    words: Vec<Word>,
    /// Which of the words are the names of parameters.
    names: Vec<usize>,
    has_default: bool,
    /// How far the parameter is that is being read.
    state: State,
}

impl List {
    /// Notes a token; says whether this may still be a list of parameters.
    fn see(&mut self, token: &Token, previous: Kind, is_direct: bool, in_braces: bool) -> bool {
        if let Some(word) = self.words.last_mut()
            && word.next == Kind::Other
            && word.end <= token.start
        {
            word.next = token.kind;
        }
        let is_parameter_like = match (is_direct, token.kind, self.state) {
            (true, Kind::Comma, _) => {
                self.state = State::Start;
                true
            }
            (true, Kind::Word, State::Start) if previous != Kind::Dot => {
                self.names.push(self.words.len());
                self.state = State::Name;
                true
            }
            (true, Kind::Word, State::Start) => {
                self.state = State::Rest;
                true
            }
            // The dots of a rest parameter.
            (true, Kind::Dot, State::Start) => true,
            (true, Kind::Open(b'{' | b'['), State::Start) => {
                self.state = State::Rest;
                true
            }
            (true, Kind::Assignment, State::Name) => {
                self.has_default = true;
                self.state = State::Rest;
                true
            }
            // Within a pattern, too.
            (true, Kind::Assignment, State::Rest) | (false, Kind::Assignment, _) => {
                self.has_default = true;
                true
            }
            (true, Kind::Close(_), _) => true,
            (true, _, State::Start | State::Name) => false,
            (_, _, _) => true,
        };
        if token.kind == Kind::Word {
            self.words.push(Word {
                start: token.start,
                end: token.end,
                previous,
                next: Kind::Other,
                in_braces,
            });
        }
        is_parameter_like && self.words.len() <= MOST_WORDS
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Name,
    /// What is behind the name, or a pattern.
    Rest,
}

/// The body of a function.
#[derive(Debug, Default)]
struct Body {
    /// Where it begins.
    start: usize,
    list: List,
    /// Which of the parameters it declares with `var`, and which as functions.
    variables: Vec<usize>,
    functions: Vec<usize>,
}

/// An open bracket.
#[derive(Debug)]
enum Group {
    /// A parenthesis; whether it is that of `if` and so on.
    Parenthesis {
        list: Option<List>,
        is_head: bool,
    },
    Body(Body),
    Brace,
    Other,
}

pub(super) struct Parameters<'a> {
    text: &'a str,
    groups: Vec<Group>,
    previous: Kind,
    /// Whether the last word was one that a parenthesis belongs to which encloses no parameters.
    head_follows: bool,
    /// Whether a function's name or parameters follow.
    function_follows: bool,
    /// The parenthesis that was closed last, as long as it may be that of parameters, and whether behind `function`.
    closed: Option<(List, bool)>,
    /// The parenthesis that is open behind `function`, by its depth.
    functions: Vec<usize>,
    /// The depths at which declarations with `var` are going on.
    variables: Vec<usize>,
    /// Whether a name follows that such a declaration declares.
    name_follows: bool,
    pub(super) found: Vec<Insertion>,
}

impl<'a> Parameters<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            groups: Vec::new(),
            previous: Kind::Other,
            head_follows: false,
            function_follows: false,
            closed: None,
            functions: Vec::new(),
            variables: Vec::new(),
            name_follows: false,
            found: Vec::new(),
        }
    }

    pub(super) fn see(&mut self, token: &Token) {
        let text = self.text;
        let word = match token.kind {
            Kind::Word => &text[token.start..token.end],
            _ => "",
        };
        if !self.groups.is_empty() {
            self.see_in_list(token);
        }
        self.see_declarations(token, word);
        let closed = self.closed.take();
        match token.kind {
            Kind::Arrow => {
                // A line must not end before an arrow.
                self.closed = closed.map(|(list, _)| (list, true));
            }
            Kind::Open(b'(') => {
                let is_head = self.head_follows;
                if self.function_follows {
                    self.functions.push(token.depth);
                }
                self.groups.push(Group::Parenthesis {
                    list: (!is_head).then(List::default),
                    is_head,
                });
                self.function_follows = false;
            }
            Kind::Open(b'{') => self.open_brace(token, closed),
            Kind::Close(_) => self.close(token),
            _ => {}
        }
        // The brackets of templates, and whatever is not balanced.
        while self.groups.len() > token.depth {
            self.groups.pop();
        }
        while self.groups.len() < token.depth {
            self.groups.push(Group::Other);
        }
        // What nests that deep is no list of parameters.
        if let Some(index) = self.groups.len().checked_sub(MOST_LEVELS + 1)
            && let Some(Group::Parenthesis { list, .. }) = self.groups.get_mut(index)
        {
            *list = None;
        }
        self.head_follows = matches!(
            word,
            "if" | "for" | "while" | "with" | "switch" | "catch" | "await"
        );
        match token.kind {
            Kind::Word if word == "function" => self.function_follows = true,
            // The name, or the asterisk of a generator.
            Kind::Word | Kind::Binary if self.function_follows => {
                self.function_follows = matches!(self.previous, Kind::Word | Kind::Binary);
            }
            _ => self.function_follows = false,
        }
        self.previous = token.kind;
    }

    /// Notes what is between parentheses that may be those of parameters.
    fn see_in_list(&mut self, token: &Token) {
        let depth = self.groups.len();
        let in_braces = matches!(self.groups.last(), Some(Group::Brace | Group::Body(_)));
        let previous = self.previous;
        for (index, group) in self.groups.iter_mut().enumerate().rev().take(MOST_LEVELS) {
            if let Group::Parenthesis { list, .. } = group
                && let Some(words) = list
                && !words.see(token, previous, index + 1 == depth, in_braces)
            {
                *list = None;
            }
        }
    }

    /// Notes what the body of the innermost function declares.
    fn see_declarations(&mut self, token: &Token, word: &str) {
        let depth = self.groups.len();
        let name_follows = std::mem::replace(&mut self.name_follows, false);
        match token.kind {
            Kind::Word if word == "var" && self.previous != Kind::Dot => {
                self.variables.push(depth);
                self.name_follows = true;
            }
            Kind::Word if name_follows => self.declared(word, |body| &mut body.variables),
            Kind::Word if self.function_follows => {
                self.declared(word, |body| &mut body.functions);
            }
            Kind::Comma if self.variables.last() == Some(&depth) => self.name_follows = true,
            Kind::Semicolon if self.variables.last() == Some(&depth) => {
                self.variables.pop();
            }
            Kind::Close(_) => {
                while self.variables.last().is_some_and(|open| *open >= depth) {
                    self.variables.pop();
                }
            }
            _ => {}
        }
    }

    fn declared(&mut self, name: &str, list: impl Fn(&mut Body) -> &mut Vec<usize>) {
        let text = self.text;
        let mut around = self.groups.iter_mut().rev().take(MOST_BLOCKS);
        let body = around.find_map(|group| match group {
            Group::Body(body) => Some(body),
            _ => None,
        });
        let Some(body) = body else { return };
        let parameter = body.list.names.iter().copied().find(|index| {
            let word = &body.list.words[*index];
            &text[word.start..word.end] == name
        });
        if let Some(parameter) = parameter {
            let list = list(body);
            if !list.contains(&parameter) {
                list.push(parameter);
            }
        }
    }

    fn open_brace(&mut self, token: &Token, closed: Option<(List, bool)>) {
        let is_body = match self.previous {
            Kind::Arrow => true,
            // Behind a call, on a line of its own, it is a block.
            Kind::Close(b')') => match &closed {
                Some((_, behind_function)) => *behind_function || !token.newline,
                None => false,
            },
            _ => false,
        };
        self.groups.push(match is_body {
            true => Group::Body(Body {
                start: token.end,
                list: closed
                    .map(|(list, _)| list)
                    .filter(|list| list.has_default)
                    .unwrap_or_default(),
                ..Body::default()
            }),
            false => Group::Brace,
        });
    }

    fn close(&mut self, token: &Token) {
        if self.groups.len() <= token.depth {
            // What goes on is a template.
            return;
        }
        let behind_function = self.functions.last() == Some(&self.groups.len());
        if behind_function {
            self.functions.pop();
        }
        match self.groups.pop() {
            Some(Group::Parenthesis {
                list,
                is_head: false,
            }) => {
                // What is no list of parameters still tells that a body follows.
                self.closed = Some((list.unwrap_or_default(), behind_function));
            }
            Some(Group::Body(body)) => self.finish(&body),
            _ => {}
        }
    }

    /// Renames the parameters that the body declares again.
    fn finish(&mut self, body: &Body) {
        let text = self.text;
        for parameter in &body.variables {
            if body.functions.contains(parameter) {
                continue;
            }
            let Some(word) = body.list.words.get(*parameter) else {
                continue;
            };
            let name = &text[word.start..word.end];
            let uses = || {
                body.list.words.iter().filter(|word| {
                    &text[word.start..word.end] == name
                        && word.previous != Kind::Dot
                        && word.next != Kind::Colon
                })
            };
            // `{ name }` names a property, too.
            let is_shorthand = |word: &Word| {
                word.in_braces
                    && matches!(word.previous, Kind::Open(b'{') | Kind::Comma)
                    && matches!(word.next, Kind::Close(b'}') | Kind::Comma)
            };
            if uses().any(is_shorthand) {
                continue;
            }
            let insertions = uses().map(|word| Insertion {
                at: word.end,
                order: 0,
                text: SUFFIX.into(),
            });
            self.found.extend(insertions);
            self.found.push(Insertion {
                at: body.start,
                order: 0,
                text: format!("var {name}={name}{SUFFIX};").into(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::workarounds::apply;

    #[test]
    fn parameters_that_the_body_declares_again() {
        for (text, expected) in [
            (
                "(function(M = {})  {\n\nvar M=typeof M!='undefined'?M:{};})",
                "(function(M$given = {})  {var M=M$given;\n\nvar M=typeof M!='undefined'?M:{};})",
            ),
            (
                "async function f(a, M = a.b, n = {M: M.M}) { if (a) { var x = [1, 2], M; } }",
                "async function f(a, M$given = a.b, n = {M: M$given.M}) {var M=M$given; if (a) { var x = [1, 2], M; } }",
            ),
            (
                "(M = {}) => {var M}",
                "(M$given = {}) => {var M=M$given;var M}",
            ),
            (
                "({ m(M = {}) {var M} })",
                "({ m(M$given = {}) {var M=M$given;var M} })",
            ),
            (
                "function* f(a, M = a)\n{ for (var a of M) {} }",
                "function* f(a$given, M = a$given)\n{var a=a$given; for (var a of M) {} }",
            ),
            (
                "function f({ x } = {}, a) { var a = x; }",
                "function f({ x } = {}, a$given) {var a=a$given; var a = x; }",
            ),
            (
                "function f({ x = 1 }, a) { var a = x; }",
                "function f({ x = 1 }, a$given) {var a=a$given; var a = x; }",
            ),
            (
                "x => { return function (q = 1) { var q = q; return (() => { var r; })() } }",
                "x => { return function (q$given = 1) {var q=q$given; var q = q; return (() => { var r; })() } }",
            ),
        ] {
            assert_eq!(apply(text), expected);
            assert_eq!(apply(expected), expected, "once is enough");
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "function f(M) { var M = M || {}; }",
            "function f(M = {}) { let x = M; }",
            "function f(M = {}) { return function () { var M; } }",
            "function f(M = {}) { return () => { var M; } }",
            "function f(M = {}) { var x = { M: 1 }, y = [M, M]; }",
            "function f(M = {}) { var M; function M() {} }",
            "function f(M, n = { M }) { var M; }",
            "function f(a = 1) {} { var a; }",
            "f(a = 1)\n{ var a; }",
            "if (a = 1) { var a; }",
            "for (a = 1; a;) { var a; }",
            "while (a = f()) { var a; }",
            "switch (a = 1) { case 1: var a; }",
            "f(a = 1); { var a; }",
            "var x = (a = 1), y; { var a; }",
        ] {
            assert_eq!(apply(text), text);
        }
    }
}
