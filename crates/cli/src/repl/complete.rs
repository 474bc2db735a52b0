//! What may stand at a place of an input: the names of properties, and keywords.

use std::collections::BTreeSet;

use taipan::engine::{
    Context, JsObject, JsString, JsValue, builtins::proxy::Proxy,
    native_function::NativeFunctionObject, property::PropertyKey,
};

/// How many prototypes are looked at.
const MAX_PROTOTYPES: usize = 64;

pub(super) const KEYWORDS: [&str; 38] = [
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
];

/// What may stand somewhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Completions {
    /// Where what is to be completed begins, in bytes.
    pub(crate) start: usize,
    /// The names, sorted.
    pub(crate) names: Vec<String>,
}

/// What may stand at `position`, in bytes. No script runs for it: accessors and proxies are not
/// asked.
pub(crate) fn complete(line: &str, position: usize, context: &mut Context) -> Completions {
    let Some(before) = line.get(..position) else {
        return Completions::default();
    };
    if is_within_text(before) {
        return Completions::default();
    }
    let start = start_of_name(before);
    let prefix = &before[start..];
    let mut names = BTreeSet::new();
    match before[..start].strip_suffix('.') {
        Some(owner) => {
            let owner = owner.strip_suffix('?').unwrap_or(owner);
            if let Some(value) = value_of(owner, context) {
                add_properties(&value, &mut names, context);
            }
        }
        None if before[..start].ends_with(|c: char| c.is_ascii_digit()) => {}
        None => {
            let global = context.global_object().into();
            add_properties(&global, &mut names, context);
            // A list of everything is of no use to who has typed nothing.
            if !prefix.is_empty() {
                names.extend(KEYWORDS.map(str::to_owned));
            }
        }
    }
    names.retain(|name| name.starts_with(prefix) && name != prefix);
    let (hidden, names): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.starts_with('_'));
    Completions {
        start,
        names: names.into_iter().chain(hidden).collect(),
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn start_of_name(text: &str) -> usize {
    let rest = text.trim_end_matches(is_name);
    rest.len()
}

/// Whether the end of a text is within a string or a comment.
fn is_within_text(text: &str) -> bool {
    let mut open = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (open, character) {
            (Some(_), '\\') => {
                characters.next();
            }
            (Some(quote), _) if quote == character => open = None,
            (Some('\'' | '"'), '\n') => open = None,
            // What stands in a template may be code.
            (Some('`'), '$') if characters.peek() == Some(&'{') => open = None,
            (None, '\'' | '"' | '`') => open = Some(character),
            // A comment up to the end of its line, or of all.
            (None, '/')
                if characters.peek() == Some(&'/')
                    && characters.by_ref().all(|character| character != '\n') =>
            {
                return true;
            }
            _ => {}
        }
    }
    open.is_some()
}

/// The value of what a text ends with: a chain of names, or a literal.
fn value_of(text: &str, context: &mut Context) -> Option<JsValue> {
    let constructors = context.intrinsics().constructors();
    match text.chars().next_back()? {
        '\'' | '"' | '`' => return Some(constructors.string().prototype().into()),
        ']' if is_array(text) => return Some(constructors.array().prototype().into()),
        _ => {}
    }
    let start = start_of_name(text);
    let name = &text[start..];
    if name.is_empty() {
        return None;
    }
    let owner = match text[..start].strip_suffix('.') {
        Some(owner) => {
            let owner = owner.strip_suffix('?').unwrap_or(owner);
            let owner = value_of(owner, context)?;
            owner
                .as_object()
                .or_else(|| owner.to_object(context).ok())?
        }
        None if name.starts_with(|c: char| c.is_ascii_digit()) => return None,
        None if matches!(name, "this" | "globalThis") => {
            return Some(context.global_object().into());
        }
        None => context.global_object(),
    };
    property(&owner, name, context)
}

/// Whether what ends with `]` is an array's literal and not an access.
fn is_array(text: &str) -> bool {
    let mut depth = 0_usize;
    for (index, character) in text.char_indices().rev() {
        match character {
            ']' => depth += 1,
            '[' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let before = text[..index].trim_end();
                    return !before.ends_with(|c: char| is_name(c) || matches!(c, ')' | ']' | '.'));
                }
            }
            _ => {}
        }
    }
    false
}

/// The value of a property, if it can be had without running script.
fn property(object: &JsObject, name: &str, context: &mut Context) -> Option<JsValue> {
    let key = PropertyKey::from(JsString::from(name));
    let mut next = Some(object.clone());
    for _ in 0..MAX_PROTOTYPES {
        let holder = next?;
        if holder.is::<Proxy>() {
            return None;
        }
        let found = holder.borrow().properties().get(&key);
        if let Some(found) = found {
            if let Some(value) = found.value() {
                return Some(value.clone());
            }
            let getter = found.get()?.as_object()?;
            if !getter.is::<NativeFunctionObject>() {
                return None;
            }
            return getter.call(&object.clone().into(), &[], context).ok();
        }
        next = holder.prototype();
    }
    None
}

/// Adds the names of a value's properties that can stand behind a dot.
fn add_properties(value: &JsValue, names: &mut BTreeSet<String>, context: &mut Context) {
    if value.is_null_or_undefined() {
        return;
    }
    let mut next = match value.as_object() {
        Some(object) => Some(object),
        None => value.to_object(context).ok(),
    };
    for _ in 0..MAX_PROTOTYPES {
        let Some(object) = next else { return };
        if object.is::<Proxy>() {
            return;
        }
        let keys = object.own_property_keys(context).unwrap_or_default();
        names.extend(keys.iter().filter_map(|key| match key {
            PropertyKey::String(name) => {
                let name = name.to_std_string().ok()?;
                let is_first = |c: char| is_name(c) && !c.is_numeric();
                (name.starts_with(is_first) && name.chars().all(is_name)).then_some(name)
            }
            _ => None,
        }));
        next = object.prototype();
    }
}

#[cfg(test)]
mod tests {
    use taipan::Runtime;

    use super::*;

    fn names(runtime: &mut Runtime, line: &str) -> Vec<String> {
        complete(line, line.len(), &mut runtime.context()).names
    }

    #[test]
    fn properties_are_found_without_running_script() {
        let mut runtime = Runtime::new().expect("a runtime");
        runtime
            .eval(
                "var thing = { first: { second: 1, ['not a name']: 2, 3: 3 }, get danger() { globalThis.ran = true; return {} } };
                 var trap = new Proxy({}, { ownKeys() { globalThis.ran = true; return [] }, get() { globalThis.ran = true } });",
            )
            .expect("a script");
        let mut names = |line: &str| names(&mut runtime, line);
        assert_eq!(names("thing.fi"), ["first"]);
        assert_eq!(names("thing?.first.sec"), ["second"]);
        assert_eq!(names("x = thing.first.s"), ["second"]);
        assert!(names("thing.first.").contains(&"hasOwnProperty".to_owned()));
        assert_eq!(
            names("thi"),
            ["thing", "this"].map(str::to_owned)[..1]
                .to_vec()
                .into_iter()
                .chain(["this".to_owned()])
                .collect::<Vec<_>>()
        );
        assert_eq!(names("WebAssembly.instantiateS"), ["instantiateStreaming"]);
        assert_eq!(names("'abc'.toUpper"), ["toUpperCase"]);
        assert_eq!(names("[1, [2]].fla"), ["flat", "flatMap"]);
        assert_eq!(names("performance.timeO"), ["timeOrigin"]);
        assert_eq!(names("thing.danger."), [""; 0]);
        assert_eq!(names("trap."), [""; 0]);
        assert_eq!(names("nothing."), [""; 0]);
        assert_eq!(names("f()."), [""; 0]);
        assert_eq!(names("'thi"), [""; 0]);
        assert_eq!(names("1 // thi"), [""; 0]);
        assert_eq!(names("1."), [""; 0]);
        assert!(
            runtime
                .eval("globalThis.ran")
                .expect("a value")
                .is_undefined()
        );
    }

    #[test]
    fn what_is_replaced_begins_with_the_name() {
        let mut runtime = Runtime::new().expect("a runtime");
        let line = "let ä = Math.ma + 1";
        let position = line.find(" + ").expect("a place");
        let completions = complete(line, position, &mut runtime.context());
        assert_eq!(completions.start, position - 2);
        assert_eq!(completions.names, ["max"]);
    }
}
