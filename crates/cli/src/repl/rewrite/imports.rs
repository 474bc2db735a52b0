//! `import` declarations at the prompt.

use taipan::{
    engine::{
        ast::{
            ModuleItem,
            declaration::{ImportDeclaration, ImportKind},
        },
        interner::{Interner, Sym},
    },
    syntax,
};

/// The text with its `import` declarations as those of constants, if it has any and could be a
/// module.
pub(super) fn rewrite(text: &str) -> Option<String> {
    let count = declarations(text)?.len();
    if count == 0 {
        return None;
    }
    let mut rewritten = String::new();
    let mut rest = text;
    for _ in 0..count {
        let (start, end, declaration) = find(rest)?;
        rewritten.push_str(&rest[..start]);
        rewritten.push_str(&declaration);
        rest = &rest[end..];
    }
    rewritten.push_str(rest);
    Some(rewritten)
}

/// The `import` declarations of a module, each as that of a constant; nothing if it is no module.
/// Other text counts as `None` in it.
fn declarations(text: &str) -> Option<Vec<String>> {
    syntax::parse(text, |text, interner| {
        let module = syntax::module_tree(text, interner)?;
        Ok(module
            .items()
            .items()
            .iter()
            .filter_map(|item| match item {
                ModuleItem::ImportDeclaration(declaration) => Some(constant(declaration, interner)),
                _ => None,
            })
            .collect())
    })
    .ok()
}

/// The first `import` declaration of a text: where it begins and ends, and what it becomes. The
/// parser does not tell, but it knows one when it sees one.
fn find(text: &str) -> Option<(usize, usize, String)> {
    text.match_indices("import").find_map(|(start, _)| {
        let rest = &text[start..];
        let mut found = None;
        for (index, _) in rest.match_indices(['"', '\'', '}']) {
            let end = index + 1;
            let declaration = single(&rest[..end]);
            let Some(declaration) = declaration else {
                continue;
            };
            found = Some((start, start + end, declaration));
            // Attributes may follow.
            if !rest[end..].trim_start().starts_with("with") {
                break;
            }
        }
        found
    })
}

/// What a text becomes that is one `import` declaration and nothing else.
fn single(text: &str) -> Option<String> {
    match <[String; 1]>::try_from(declarations(text)?) {
        Ok([declaration]) => Some(declaration),
        Err(_) => None,
    }
}

fn constant(declaration: &ImportDeclaration, interner: &Interner) -> String {
    let text = |name: Sym| interner.resolve_expect(name).to_string();
    let specifier = quote(&text(declaration.specifier().sym()));
    let attributes: Vec<String> = declaration
        .attributes()
        .iter()
        .map(|attribute| {
            format!(
                "{}: {}",
                quote(&text(attribute.key())),
                quote(&text(attribute.value()))
            )
        })
        .collect();
    let import = match attributes.as_slice() {
        [] => format!("await import({specifier})"),
        attributes => {
            let attributes = attributes.join(", ");
            format!("await import({specifier}, {{ with: {{{attributes}}} }})")
        }
    };
    let default = declaration
        .default()
        .map(|name| format!("\"default\": {}", text(name.sym())));
    let (namespace, mut names) = match declaration.kind() {
        ImportKind::DefaultOrUnnamed => (None, Vec::new()),
        ImportKind::Namespaced { binding } => (Some(text(binding.sym())), Vec::new()),
        ImportKind::Named { names } => {
            let names = names.iter().map(|name| {
                let export = quote(&text(name.export_name()));
                format!("{export}: {}", text(name.binding().sym()))
            });
            (None, names.collect())
        }
    };
    names.splice(0..0, default);
    let names = names.join(", ");
    match (namespace, names.is_empty()) {
        (None, true) => import,
        (None, false) => format!("const {{{names}}} = {import}"),
        (Some(namespace), true) => format!("const {namespace} = {import}"),
        (Some(namespace), false) => {
            format!("const {namespace} = {import}, {{{names}}} = {namespace}")
        }
    }
}

/// A string literal.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\u{2028}' => quoted.push_str("\\u2028"),
            '\u{2029}' => quoted.push_str("\\u2029"),
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
