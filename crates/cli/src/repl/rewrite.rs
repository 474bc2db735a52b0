//! What is typed at the prompt, as a script that the engine runs.
//!
//! A prompt is not a program: a name may be declared again, and what one input declares the next
//! one uses; `await` and `import` stand where a script has neither. So declarations become those of
//! properties of the global object, and what awaits becomes the body of an asynchronous function
//! whose result is the value of its last expression.

mod edits;
mod imports;

use taipan::{
    engine::{
        ast::{
            Declaration, Expression, Spanned as _, Statement, StatementListItem,
            declaration::{Binding, LexicalDeclaration, VariableList},
            function::ClassDeclaration,
            operations::{ContainsSymbol, bound_names, contains, var_declared_names},
        },
        interner::{Interner, Sym},
    },
    syntax::{self, Outline, SyntaxError},
};

use edits::Edits;

/// An input, ready to be run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    /// The script.
    pub(crate) code: String,
    /// Whether its value is a promise of an array with the value in it.
    pub(crate) awaits: bool,
    /// The names that it declares.
    pub(crate) names: Vec<String>,
}

/// Reads what was typed.
///
/// # Errors
///
/// Fails when it is no JavaScript, or not yet.
pub(crate) fn read(text: &str) -> Result<Input, SyntaxError> {
    let text = &text.replace("\r\n", "\n");
    if let Some(input) = object_literal(text) {
        return Ok(input);
    }
    let as_script = syntax::parse(text, |text, interner| {
        let script = syntax::script_tree(text, interner)?;
        Ok(script_input(
            text,
            script.statements().statements(),
            interner,
        ))
    });
    // Without a declaration of the name, `await (x)` is no call.
    let awaiting = || {
        if text.contains("await") {
            awaiting_input(text)
        } else {
            None
        }
    };
    match as_script {
        Ok(input) => match awaiting() {
            Some(input) => Ok(input),
            // A name of one who is still typing.
            None if text.trim_end().ends_with("await") => match Outline::of_module(text) {
                Err(as_module) if as_module.is_incomplete => Err(as_module),
                _ => Ok(input),
            },
            None => Ok(input),
        },
        Err(error) => {
            if let Some(input) = awaiting() {
                return Ok(input);
            }
            if let Some(input) = imports::rewrite(text).and_then(|text| awaiting_input(&text)) {
                return Ok(input);
            }
            // It may be incomplete as something that no script is.
            let is_incomplete = |error: &SyntaxError| error.is_incomplete;
            match Outline::of_module(text) {
                Err(as_module) if !error.is_incomplete && is_incomplete(&as_module) => {
                    Err(as_module)
                }
                _ => Err(error),
            }
        }
    }
}

/// `{ a: 1 }` is an object at a prompt and no block with a label, unless it is made a statement.
fn object_literal(text: &str) -> Option<Input> {
    let trimmed = text.trim();
    if !trimmed.starts_with('{') || !trimmed.ends_with('}') {
        return None;
    }
    let code = format!("({text}\n)");
    syntax::check_script(&code).ok()?;
    Some(Input {
        code,
        ..Input::default()
    })
}

/// A script of an input that does not await.
fn script_input(text: &str, statements: &[StatementListItem], interner: &Interner) -> Input {
    let mut edits = Edits::new(text, 0);
    let mut names = Vec::new();
    for statement in statements {
        let StatementListItem::Declaration(declaration) = statement else {
            continue;
        };
        match &**declaration {
            Declaration::Lexical(declaration) => {
                if let Some((keyword, variables)) = variables_of(declaration) {
                    names.extend(bound_names(variables));
                    edits.replace_before(variables_start(variables), keyword, "var");
                    initialize(&mut edits, variables);
                }
            }
            Declaration::ClassDeclaration(class) => {
                names.push(class.name().sym());
                assign_class(&mut edits, class, interner, "var ");
            }
            other => names.extend(bound_names(other)),
        }
    }
    let names = texts(names, interner);
    let unchanged = || Input {
        code: text.to_owned(),
        awaits: false,
        names: Vec::new(),
    };
    match edits.apply() {
        // What does not come out right is better left alone.
        Some(code) if syntax::check_script(&code).is_ok() => Input {
            code,
            awaits: false,
            names,
        },
        _ => unchanged(),
    }
}

/// What is put before an input that awaits, as a line of its own.
const AWAITING: &str = "(async () => {";

/// The same of one that awaits, if it does.
fn awaiting_input(text: &str) -> Option<Input> {
    let wrapped = format!("{AWAITING}\n{text}\n}})");
    let input = syntax::parse(&wrapped, |wrapped, interner| {
        let script = syntax::script_tree(wrapped, interner)?;
        Ok(awaiting_body(script.statements().statements())
            .and_then(|statements| edit_awaiting(text, statements, interner)))
    });
    let input = input.ok()??;
    syntax::check_script(&input.code).ok()?;
    Some(input)
}

/// The statements of the function around an input, if that is what was parsed and awaits.
fn awaiting_body(statements: &[StatementListItem]) -> Option<&[StatementListItem]> {
    let [StatementListItem::Statement(statement)] = statements else {
        return None;
    };
    let Statement::Expression(Expression::Parenthesized(expression)) = &**statement else {
        return None;
    };
    let Expression::AsyncArrowFunction(function) = expression.expression() else {
        return None;
    };
    let body = function.body().statement_list();
    contains(body, ContainsSymbol::AwaitExpression).then(|| body.statements())
}

fn edit_awaiting(
    text: &str,
    statements: &[StatementListItem],
    interner: &Interner,
) -> Option<Input> {
    let mut edits = Edits::new(text, 1);
    let (mut names, mut functions, mut nested) = (Vec::new(), Vec::new(), Vec::new());
    for (index, statement) in statements.iter().enumerate() {
        match statement {
            StatementListItem::Declaration(declaration) => match &**declaration {
                Declaration::Lexical(declaration) => {
                    let (keyword, variables) = variables_of(declaration)?;
                    names.extend(bound_names(variables));
                    assign_variables(&mut edits, variables, keyword);
                }
                Declaration::ClassDeclaration(class) => {
                    names.push(class.name().sym());
                    assign_class(&mut edits, class, interner, "");
                }
                function => functions.extend(bound_names(function)),
            },
            StatementListItem::Statement(statement) => match &**statement {
                Statement::Var(declaration) => {
                    names.extend(bound_names(&declaration.0));
                    assign_variables(&mut edits, &declaration.0, "var");
                }
                Statement::Expression(expression) if index + 1 == statements.len() => {
                    let span = expression.span();
                    edits.insert(span.start(), "return [(");
                    edits.insert(span.end(), ")]");
                }
                Statement::Return(_) => return None,
                statement => nested.extend(var_declared_names(statement)),
            },
        }
    }
    let body = edits.apply()?;
    let publish = |names: &[String]| -> String {
        names
            .iter()
            .map(|name| format!(" this.{name} = {name};"))
            .collect()
    };
    let (functions, nested) = (texts(functions, interner), texts(nested, interner));
    let mut names = texts(names, interner);
    let hoisted = publish(&functions);
    let code = match nested.is_empty() {
        true => format!("{AWAITING}{hoisted}\n{body}\n}})()"),
        false => {
            let published = publish(&nested);
            let declared = nested.join(", ");
            format!(
                "{AWAITING} var {declared};{hoisted} try {{\n{body}\n}} finally {{{published} }} }})()"
            )
        }
    };
    names.extend(functions);
    names.extend(nested);
    Some(Input {
        code,
        awaits: true,
        names,
    })
}

fn texts(names: Vec<Sym>, interner: &Interner) -> Vec<String> {
    let mut names: Vec<String> = names
        .into_iter()
        .map(|name| interner.resolve_expect(name).to_string())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The keyword and the variables of a declaration that becomes one of `var`. One with `using` does
/// not: it disposes at the end of its scope.
fn variables_of(declaration: &LexicalDeclaration) -> Option<(&'static str, &VariableList)> {
    match declaration {
        LexicalDeclaration::Const(variables) => Some(("const", variables)),
        LexicalDeclaration::Let(variables) => Some(("let", variables)),
        _ => None,
    }
}

type Position = taipan::engine::ast::Position;

fn binding_span(binding: &Binding) -> taipan::engine::ast::Span {
    match binding {
        Binding::Identifier(identifier) => identifier.span(),
        Binding::Pattern(pattern) => pattern.span(),
    }
}

fn variables_start(variables: &VariableList) -> Option<Position> {
    let first = variables.as_ref().first()?;
    Some(binding_span(first.binding()).start())
}

/// A variable that is declared again without a value has none any more.
fn initialize(edits: &mut Edits<'_>, variables: &VariableList) {
    for variable in variables.as_ref() {
        if variable.init().is_none() {
            edits.insert(binding_span(variable.binding()).end(), " = undefined");
        }
    }
}

/// Makes a declaration of variables an assignment.
fn assign_variables(edits: &mut Edits<'_>, variables: &VariableList, keyword: &str) {
    edits.replace_before(variables_start(variables), keyword, ";(");
    initialize(edits, variables);
    if let Some(last) = variables.as_ref().last() {
        let end = match last.init() {
            Some(init) => init.span().end(),
            None => binding_span(last.binding()).end(),
        };
        edits.insert(end, ");");
    }
}

/// Makes the declaration of a class that of a variable, or an assignment.
fn assign_class(edits: &mut Edits<'_>, class: &ClassDeclaration, interner: &Interner, var: &str) {
    let name = interner.resolve_expect(class.name().sym()).to_string();
    let Some((start, end)) = edits.class_at(class.name().span().start()) else {
        return edits.fail();
    };
    edits.insert_at(start, &format!(";{var}{name} = "));
    edits.insert_at(end, ";");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        let input = read(text).expect(text);
        assert!(!input.awaits, "{text}");
        input.code
    }

    /// The body of the function around an input that awaits.
    fn body(text: &str) -> String {
        let input = read(text).expect(text);
        assert!(input.awaits, "{text}");
        let code = input.code.strip_prefix(AWAITING).expect("a prefix");
        code.strip_suffix("\n})()").expect("a suffix").to_owned()
    }

    #[test]
    fn declarations_are_those_of_properties() {
        for (text, expected) in [
            ("let x = 1", "var x = 1"),
            (
                "let  x , y=2, z;",
                "var  x = undefined , y=2, z = undefined;",
            ),
            (
                "const {a, b: [c]} = f(), d = 2",
                "var {a, b: [c]} = f(), d = 2",
            ),
            ("var x", "var x"),
            ("1; const ä = 'ö'; 2", "1; var ä = 'ö'; 2"),
            ("function f() { let x = 1 }", "function f() { let x = 1 }"),
            ("{ let x = 1; x }", "{ let x = 1; x }"),
            (
                "for (let i = 0; i < 1; i++) i",
                "for (let i = 0; i < 1; i++) i",
            ),
            (
                "class A { m() { return '}' } }\nnew A",
                ";var A = class A { m() { return '}' } };\nnew A",
            ),
            ("class B extends A {} B", ";var B = class B extends A {}; B"),
            (
                "let f = () => {\n  let x = 1;\n  return x;\n}",
                "var f = () => {\n  let x = 1;\n  return x;\n}",
            ),
        ] {
            assert_eq!(code(text), expected);
        }
        assert_eq!(
            read("let a = 1, {b} = c; class D {} function e() {}")
                .expect("an input")
                .names,
            ["a", "b", "D", "e"]
                .map(str::to_owned)
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_object_is_no_block() {
        assert_eq!(code("{ a: 1 }"), "({ a: 1 }\n)");
        assert_eq!(code("{}"), "({}\n)");
        assert_eq!(code("{ a: 1 };"), "{ a: 1 };");
        assert_eq!(code("{ let a = 1 }"), "{ let a = 1 }");
    }

    #[test]
    fn what_awaits_is_a_function() {
        for (text, expected) in [
            ("await 1", "\nreturn [(await 1)]"),
            ("const x = await f(1)", "\n;( x = await f(1));"),
            (
                "let {a} = await f(), b; a",
                "\n;( {a} = await f(), b = undefined);; return [(a)]",
            ),
            ("await 1; var y = 2\n(3)", "\nawait 1; ;( y = 2\n(3));"),
            (
                "class A {} await A",
                "\n;A = class A {}; return [(await A)]",
            ),
            (
                "function f() {} await f()",
                " this.f = f;\nfunction f() {} return [(await f())]",
            ),
            ("if (await 1) 2", "\nif (await 1) 2"),
            ("await (x)", "\nreturn [(await (x))]"),
        ] {
            assert_eq!(body(text), expected);
        }
        let input = read("for (var i of await x) i").expect("an input");
        assert!(
            input.code.ends_with("finally { this.i = i; } })()"),
            "{}",
            input.code
        );
        assert_eq!(input.names, ["i"]);
        // It awaits within a function of its own.
        assert_eq!(code("async () => await 1"), "async () => await 1");
        assert!(read("return await 1").is_err());
    }

    #[test]
    fn imports_await() {
        for (text, expected) in [
            ("import 'a'", "\nreturn [(await import(\"a\"))]"),
            (
                "import * as a from './a.js'; a.b",
                "\n;( a = await import(\"./a.js\"));; return [(a.b)]",
            ),
            (
                "import a, { b as c, default as d } from 'x'",
                "\n;( {\"default\": a, \"b\": c, \"default\": d} = await import(\"x\"));",
            ),
            (
                "import a from 'a.json' with { type: 'json' }\na",
                "\n;( {\"default\": a} = await import(\"a.json\", { with: {\"type\": \"json\"} }));\nreturn [(a)]",
            ),
            (
                "import a, * as b from 'a'",
                "\n;( b = await import(\"a\"), {\"default\": a} = b);",
            ),
        ] {
            assert_eq!(body(text), expected);
        }
    }

    #[test]
    fn what_is_not_complete_is_known() {
        for text in [
            "function f() {",
            "await f(",
            "import { a",
            "`a",
            "[1,",
            "{ a: 1,",
            "if (x)",
            "class A {",
            "const x = await",
            "let x =",
            "/*",
        ] {
            assert!(read(text).expect_err(text).is_incomplete, "{text}");
        }
        for text in ["let let = 1", "a b", ")", "await )", "'a", "import {a} 'b'"] {
            assert!(!read(text).expect_err(text).is_incomplete, "{text}");
        }
    }
}
