//! The core specification's scripts (`*.wast`) as tests of the JavaScript API.
//!
//! Every directive becomes one subtest that does by the JavaScript API what it says. Values that
//! JavaScript cannot hold apart (the bits of a NaN) or not at all (`v128`) never come there: such
//! assertions become functions of a small module that calls the function in question and compares
//! within WebAssembly.
//!
//! What is about the text format alone is left out: there is no such thing in the JavaScript API.

mod batch;
mod signatures;
mod value;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use wast::{
    QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat,
    core::{WastArgCore, WastRetCore},
    lexer::Lexer,
    parser::{self, ParseBuffer},
    token::{Id, Span},
};

use batch::Batch;
use signatures::Signatures;
use value::{argument, is_exact_argument, is_exact_result, result};

/// What the scripts of tests call: the JavaScript half.
pub const PRELUDE: &str = include_str!("prelude.js");

/// How many functions a comparing module has at the most.
const BATCH: usize = 400;

/// The JavaScript that does what the script `text` says.
///
/// # Errors
///
/// The reason, if the script cannot be parsed.
pub fn to_javascript(text: &str) -> Result<String, String> {
    let mut lexer = Lexer::new(text);
    // Some scripts are about just these.
    lexer.allow_confusing_unicode(true);
    let told = |mut error: wast::Error| {
        error.set_text(text);
        error.to_string()
    };
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(told)?;
    let script: Wast<'_> = parser::parse(&buffer).map_err(told)?;
    let mut translation = Translation {
        text,
        lines: Vec::new(),
        batch: None,
        batches: 0,
        signatures: Signatures::default(),
    };
    for directive in script.directives {
        translation.directive(directive);
    }
    translation.flush();
    Ok(translation.lines.join("\n"))
}

struct Translation<'t> {
    text: &'t str,
    lines: Vec<String>,
    /// The comparing module under way, and the line that will make it.
    batch: Option<(Batch, usize)>,
    batches: usize,
    signatures: Signatures,
}

impl Translation<'_> {
    fn directive(&mut self, directive: WastDirective<'_>) {
        let span = directive.span();
        match directive {
            WastDirective::Module(module) => {
                let name = module.name();
                self.instance(span, "module", name, module);
            }
            WastDirective::ModuleDefinition(module) => {
                let name = module.name();
                self.instance(span, "definition", name, module);
            }
            WastDirective::ModuleInstance {
                instance, module, ..
            } => {
                self.flush();
                let (instance, module) = (id(instance), id(module));
                self.line(span, "instance", &format!("{instance}, {module}"));
            }
            WastDirective::Register { name, module, .. } => {
                self.flush();
                self.line(
                    span,
                    "register",
                    &format!("{}, {}", json!(name), id(module)),
                );
            }
            WastDirective::AssertMalformed { module, .. }
            | WastDirective::AssertInvalid { module, .. } => self.refused(span, module),
            WastDirective::AssertUnlinkable { module, .. } => {
                self.with_module(span, "assert_unlinkable", module);
            }
            WastDirective::Invoke(call) => {
                let call = self.direct(&call);
                self.line(span, "invoke", &call);
            }
            WastDirective::AssertTrap { exec, .. } => self.fails(span, "assert_trap", exec),
            WastDirective::AssertException { exec, .. } => {
                self.fails(span, "assert_exception", exec);
            }
            WastDirective::AssertExhaustion { call, .. } => {
                let call = self.direct(&call);
                self.line(span, "assert_exhaustion", &call);
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                let results: Vec<_> = results.iter().filter_map(core_result).collect();
                self.returns(span, exec, &results);
            }
            // About names in custom sections, which the JavaScript API does not look at, and about
            // threads and suspension as scripts alone have them.
            WastDirective::AssertInvalidCustom { .. }
            | WastDirective::AssertMalformedCustom { .. }
            | WastDirective::AssertSuspension { .. }
            | WastDirective::Thread(_)
            | WastDirective::Wait { .. } => {}
        }
    }

    /// A call of the prelude, as the subtest at `span`.
    fn line(&mut self, span: Span, function: &str, arguments: &str) {
        let (line, column) = span.linecol_in(self.text);
        let place = format!("{}:{}", line + 1, column + 1);
        self.lines
            .push(format!("wast.{function}(\"{place}\", {arguments});"));
    }

    fn instance(
        &mut self,
        span: Span,
        function: &str,
        name: Option<Id<'_>>,
        mut module: QuoteWat<'_>,
    ) {
        self.flush();
        match module.encode() {
            Ok(bytes) => {
                self.signatures.note(name.map(|id| id.name()), &bytes);
                let arguments = format!("{}, {}", id(name), encoded(&bytes));
                self.line(span, function, &arguments);
            }
            Err(error) => {
                // Text that the translator does not know: what follows then has no instance.
                let arguments = format!("{}, {}", id(name), json!(error.to_string()));
                self.line(span, "unknown", &arguments);
            }
        }
    }

    /// A module that must not compile, if there is a binary one.
    fn refused(&mut self, span: Span, mut module: QuoteWat<'_>) {
        if matches!(
            module,
            QuoteWat::QuoteModule(..) | QuoteWat::QuoteComponent(..)
        ) {
            return;
        }
        if let Ok(bytes) = module.encode() {
            self.line(span, "assert_invalid", &encoded(&bytes));
        }
    }

    fn with_module(&mut self, span: Span, function: &str, mut module: Wat<'_>) {
        if let Ok(bytes) = module.encode() {
            self.line(span, function, &encoded(&bytes));
        }
    }

    fn fails(&mut self, span: Span, function: &str, exec: WastExecute<'_>) {
        match exec {
            WastExecute::Invoke(call) => {
                let returned = self
                    .signatures
                    .results(call.module.map(|id| id.name()), call.name)
                    .filter(|types| types.contains(&"v128"))
                    .map(<[_]>::to_vec);
                match returned {
                    Some(types) => {
                        let within = self.within(&call, |batch, arguments| {
                            let module = call.module.map(|id| id.name());
                            batch.add_call(module, call.name, arguments, &types)
                        });
                        self.line(span, &format!("{function}_within"), &within);
                    }
                    None => {
                        let call = self.direct(&call);
                        self.line(span, function, &call);
                    }
                }
            }
            WastExecute::Wat(module) => self.with_module(span, "assert_uninstantiable", module),
            WastExecute::Get { .. } => {}
        }
    }

    fn returns(&mut self, span: Span, exec: WastExecute<'_>, results: &[&WastRetCore<'_>]) {
        let call = match exec {
            WastExecute::Invoke(call) => call,
            WastExecute::Get { module, global, .. } => {
                if let [expected] = results {
                    if is_exact_result(expected) {
                        let arguments =
                            format!("{}, {}, {}", id(module), json!(global), result(expected));
                        self.line(span, "assert_global", &arguments);
                    } else {
                        let modules = batch::global(expected).map(|bytes| encoded(&bytes));
                        let [constant, variable] = modules;
                        let arguments =
                            format!("{}, {}, {constant}, {variable}", id(module), json!(global));
                        self.line(span, "assert_global_within", &arguments);
                    }
                }
                return;
            }
            WastExecute::Wat(module) => {
                self.with_module(span, "assert_instantiable", module);
                return;
            }
        };
        let arguments: Vec<_> = call.args.iter().filter_map(core_argument).collect();
        let module = call.module.map(|id| id.name());
        let types = (self.signatures.results(module, call.name)).map(<[_]>::to_vec);
        // References to exceptions do not come to JavaScript, not even null.
        let types = types.filter(|types| types.iter().any(|ty| ty.ends_with("exnref")));
        let is_exact = types.is_none()
            && arguments.iter().all(|argument| is_exact_argument(argument))
            && results.iter().all(|expected| is_exact_result(expected));
        if is_exact {
            let expected: Vec<_> = results.iter().map(|expected| result(expected)).collect();
            let call = self.direct(&call);
            let arguments = format!("{call}, [{}]", expected.join(", "));
            self.line(span, "assert_return", &arguments);
            return;
        }
        let within = self.within(&call, |batch, arguments| {
            batch.add(module, call.name, arguments, results, types.as_deref())
        });
        self.line(span, "assert_within", &within);
    }

    /// A call from the comparing module: name, module, function and what is handed over.
    fn within(
        &mut self,
        call: &WastInvoke<'_>,
        add: impl FnOnce(&mut Batch, &[&WastArgCore<'_>]) -> usize,
    ) -> String {
        let is_full = |(batch, _): &(Batch, usize)| batch.len() >= BATCH;
        if self.batch.as_ref().is_some_and(is_full) {
            self.flush();
        }
        let (batch, _) = self.batch.get_or_insert_with(|| {
            // Its line is filled in when it is complete.
            self.lines.push(String::new());
            (Batch::default(), self.lines.len() - 1)
        });
        let arguments: Vec<_> = call.args.iter().filter_map(core_argument).collect();
        let index = add(batch, &arguments);
        let handed: Vec<_> = arguments
            .iter()
            .filter(|argument| matches!(argument, WastArgCore::RefExtern(_)))
            .map(|value| argument(value))
            .collect();
        format!(
            "{}, {}, {index}, [{}]",
            json!(call.name),
            self.batches,
            handed.join(", ")
        )
    }

    /// Completes the comparing module that is under way.
    fn flush(&mut self) {
        let Some((batch, line)) = self.batch.take() else {
            return;
        };
        let functions: Vec<_> = batch
            .functions()
            .map(|(module, name)| json!([module, name]))
            .collect();
        self.lines[line] = format!(
            "wast.batch({}, {}, {});",
            self.batches,
            json!(functions),
            match batch.encode() {
                Ok(bytes) => encoded(&bytes),
                Err(error) => format!("null, {}", json!(error)),
            }
        );
        self.batches += 1;
    }

    /// A call by JavaScript: instance, name and arguments.
    fn direct(&self, call: &WastInvoke<'_>) -> String {
        let arguments: Vec<_> = call
            .args
            .iter()
            .filter_map(core_argument)
            .map(argument)
            .collect();
        format!(
            "{}, {}, [{}]",
            id(call.module),
            json!(call.name),
            arguments.join(", ")
        )
    }
}

fn core_argument<'w, 'a>(argument: &'w WastArg<'a>) -> Option<&'w WastArgCore<'a>> {
    match argument {
        WastArg::Core(argument) => Some(argument),
        _ => None,
    }
}

fn core_result<'w, 'a>(result: &'w WastRet<'a>) -> Option<&'w WastRetCore<'a>> {
    match result {
        WastRet::Core(result) => Some(result),
        _ => None,
    }
}

fn id(id: Option<Id<'_>>) -> String {
    id.map_or_else(|| "null".to_owned(), |id| json!(id.name()).to_string())
}

fn encoded(bytes: &[u8]) -> String {
    format!("\"{}\"", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::to_javascript;

    #[test]
    fn directives_become_calls() {
        let script = r#"
            (module $m (func (export "f") (param i64) (result f32) (f32.const 1)))
            (register "m" $m)
            (assert_return (invoke $m "f" (i64.const -1)) (f32.const 0.1))
            (assert_return (invoke "f" (i64.const 0)) (f32.const nan:canonical))
            (assert_trap (invoke "f" (i64.const 0)) "unreachable")
            (assert_malformed (module quote "(func") "unexpected end")
        "#;
        let text = to_javascript(script).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 6, "{text}");
        assert!(lines[0].starts_with(r#"wast.module("2:14", "m", "AGFzbQ"#));
        assert_eq!(lines[1], r#"wast.register("3:14", "m", "m");"#);
        assert_eq!(
            lines[2],
            r#"wast.assert_return("4:14", "m", "f", [-1n], [Math.fround(0.1)]);"#
        );
        assert!(lines[3].starts_with(r#"wast.batch(0, [[null,"f"]], "AGFzbQ"#));
        assert_eq!(lines[4], r#"wast.assert_within("5:14", "f", 0, 0, []);"#);
        assert_eq!(lines[5], r#"wast.assert_trap("6:14", null, "f", [0n]);"#);
    }

    #[test]
    fn what_is_no_script_says_where() {
        let error = to_javascript("(module\n(fun))").unwrap_err();
        assert!(error.contains("2:2"), "{error}");
    }
}
