//! WebAssembly modules that are imported like any other.
//!
//! <https://webassembly.github.io/esm-integration/js-api/#esm-integration>
//!
//! The engine knows source text modules and synthetic ones, and only the former import others. So
//! a WebAssembly module becomes a small source text module with the same imports and exports: the
//! engine links it, finds cycles and evaluates everything in the right order, and all that it does
//! itself when its turn comes is to call back.

use std::fmt::Write as _;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, Module, NativeFunction, js_string,
    object::{
        FunctionObjectBuilder,
        builtins::{JsArray, JsFunction},
    },
};
use taipan_wasm::esm::{self, ImportableModule};
use url::Url;

/// The scheme of the modules that only such source texts import.
const SCHEME: &str = "taipan-wasm-instance:";

/// Whether a specifier is that of a module that was put into the module map by [`text`].
pub(super) fn is_own(specifier: &str) -> bool {
    specifier.starts_with(SCHEME)
}

/// The specifier of the module that instantiates the `number`th WebAssembly module.
pub(super) fn specifier(number: usize) -> String {
    format!("{SCHEME}{number}")
}

/// The source text of a module at `url` that stands for a WebAssembly module, and imports what
/// instantiates it from `instantiator`.
pub(super) fn text(module: &ImportableModule, url: &Url, instantiator: &str) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, module, url, instantiator);
    text
}

fn write(
    text: &mut String,
    module: &ImportableModule,
    url: &Url,
    instantiator: &str,
) -> std::fmt::Result {
    let imports = module.imports();
    let mut modules: Vec<&str> = Vec::new();
    for (module, _) in &imports {
        if !modules.contains(&&**module) {
            modules.push(module);
        }
    }
    for (index, name) in modules.iter().enumerate() {
        writeln!(text, "import * as $n{index} from {};", literal(name))?;
    }
    // What is not there is an error before anything is evaluated.
    for (index, (module, name)) in imports.iter().enumerate() {
        let (module, name) = (literal(module), literal(name));
        writeln!(text, "import {{ {name} as $i{index} }} from {module};")?;
    }
    writeln!(text, "import * as $own from {};", literal(url.as_str()))?;
    writeln!(text, "import $instantiate from {};", literal(instantiator))?;
    let exports = module.exports();
    for (index, name) in exports.iter().enumerate() {
        writeln!(
            text,
            "let $e{index}; export {{ $e{index} as {} }};",
            literal(name)
        )?;
    }
    text.push_str("$instantiate($own, [");
    for (index, name) in modules.iter().enumerate() {
        write!(text, "[{}, $n{index}], ", literal(name))?;
    }
    text.push_str("], [");
    for index in 0..exports.len() {
        write!(text, "value => {{ $e{index} = value; }}, ")?;
    }
    text.push_str("]);\n");
    Ok(())
}

/// A string literal. Names of WebAssembly are well-formed, and what JSON escapes JavaScript reads.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                literal.push('\\');
                literal.push(character);
            }
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(literal, "\\u{{{:x}}}", u32::from(character));
            }
            _ => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// A module whose default export instantiates `module`, a `WebAssembly.Module`.
pub(super) fn instantiator(module: JsObject, context: &mut Context) -> Module {
    let function = FunctionObjectBuilder::new(
        context.realm(),
        NativeFunction::from_copy_closure_with_captures(instantiate, module),
    )
    .name(js_string!("instantiate"))
    .build();
    Module::from_value_as_default(function.into(), context)
}

/// Called by the source text with its own namespace, pairs of names and namespaces that it imports,
/// and functions that set its exports.
fn instantiate(
    _: &JsValue,
    args: &[JsValue],
    module: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let [own, namespaces, setters] = args else {
        return Err(misused());
    };
    let own = own.as_object().ok_or_else(misused)?;
    let mut pairs = Vec::new();
    for pair in list(namespaces, context)? {
        let pair = list(&pair, context)?;
        let [name, namespace] = pair.as_slice() else {
            return Err(misused());
        };
        let name = name.as_string().ok_or_else(misused)?;
        let namespace = namespace.as_object().ok_or_else(misused)?;
        pairs.push((name.to_std_string_lossy(), namespace));
    }
    let setters = list(setters, context)?
        .iter()
        .map(|setter| {
            let setter = setter.as_object().and_then(JsFunction::from_object);
            setter.ok_or_else(misused)
        })
        .collect::<JsResult<Vec<_>>>()?;
    esm::instantiate(module, &pairs, &own, &setters, context)?;
    Ok(JsValue::undefined())
}

fn list(value: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let array = JsArray::from_object(value.as_object().ok_or_else(misused)?)?;
    let length = array.length(context)?;
    (0..length).map(|index| array.get(index, context)).collect()
}

fn misused() -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message("this function is only for modules that stand for WebAssembly modules")
        .into()
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn names_of_any_characters_are_literals() {
        assert_eq!(literal("a\"b\\c\n\u{2028}é"), r#""a\"b\\c\u{a}\u{2028}é""#);
    }
}
