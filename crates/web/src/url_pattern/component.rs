//! Components: <https://urlpattern.spec.whatwg.org/#component>.

use regress::{Flags, Regex};

use super::{
    Invalid,
    part::{self, Encode, Options, PartType},
};

/// The schemes that are special, as they can be matched against.
const SPECIAL_SCHEMES: [&str; 6] = ["ftp", "file", "http", "https", "ws", "wss"];

/// <https://urlpattern.spec.whatwg.org/#component>
#[derive(Debug)]
pub(super) struct Component {
    pub(super) pattern: String,
    pub(super) has_regexp_groups: bool,
    matcher: Matcher,
    names: Vec<String>,
}

/// What matches an input as the component's regular expression would. Most components of most
/// patterns need none.
#[derive(Debug)]
enum Matcher {
    /// A full wildcard alone.
    Anything,
    Literal(String),
    Expression(Regex),
}

impl Component {
    /// <https://urlpattern.spec.whatwg.org/#compile-a-component>
    pub(super) fn compile(
        input: &str,
        encode: Encode<'_>,
        options: Options,
    ) -> Result<Self, Invalid> {
        let parts = part::parse(input, options, encode)?;
        let (expression, names) = part::regular_expression(&parts, options);
        let matcher = if part::is_full_wildcard(&parts) {
            Matcher::Anything
        } else if let Some(text) = part::fixed_text(&parts)
            && !options.ignore_case
        {
            Matcher::Literal(text)
        } else {
            Matcher::Expression(compile_expression(&expression, input, options)?)
        };
        Ok(Self {
            pattern: part::pattern_string(&parts, options),
            has_regexp_groups: parts.iter().any(|part| part.kind == PartType::Regexp),
            matcher,
            names,
        })
    }

    /// The names of the groups and what they match, if the component matches the whole input.
    pub(super) fn exec<'a>(&'a self, input: &'a str) -> Option<Vec<(&'a str, Option<&'a str>)>> {
        let found = match &self.matcher {
            Matcher::Anything => {
                let names = self.names.iter().map(|name| (name.as_str(), Some(input)));
                return Some(names.collect());
            }
            Matcher::Literal(text) => return (text == input).then(Vec::new),
            Matcher::Expression(expression) => expression.find(input)?,
        };
        let groups = self.names.iter().enumerate().map(|(index, name)| {
            let range = found.group(index + 1);
            (name.as_str(), range.and_then(|range| input.get(range)))
        });
        Some(groups.collect())
    }

    pub(super) fn matches(&self, input: &str) -> bool {
        match &self.matcher {
            Matcher::Anything => true,
            Matcher::Literal(text) => text == input,
            Matcher::Expression(expression) => expression.find(input).is_some(),
        }
    }

    /// <https://urlpattern.spec.whatwg.org/#protocol-component-matches-a-special-scheme-string>
    pub(super) fn matches_a_special_scheme(&self) -> bool {
        SPECIAL_SCHEMES.iter().any(|scheme| self.matches(scheme))
    }
}

/// By the engine that the script's own regular expressions run on, too.
fn compile_expression(expression: &str, input: &str, options: Options) -> Result<Regex, Invalid> {
    let flags = Flags {
        icase: options.ignore_case,
        // The flag v alone does not make the engine as strict as it should.
        unicode: true,
        unicode_sets: true,
        ..Flags::default()
    };
    Regex::with_flags(expression, flags)
        .map_err(|error| Invalid(format!("in \"{input}\": {error}")))
}
