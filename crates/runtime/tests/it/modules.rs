//! Modules from files and `data:` URLs.

use taipan::{Error, ErrorClass, HostError, HostModule, SourceKind, Url};

use crate::support::{Files, runtime};

/// What a program made of files logs; its first file is run.
fn logs(files: &[(&str, &str)]) -> Vec<String> {
    let directory = Files::new(files);
    let (mut runtime, log) = runtime();
    let main = directory.path(files[0].0);
    let result = runtime.run_file(main, SourceKind::Detect);
    if let Err(error) = result {
        panic!("{}", error.report());
    }
    assert_eq!(runtime.uncaught_errors(), 0, "{:?}", log.take());
    log.take()
}

/// The error a program made of files ends with.
fn error(files: &[(&str, &str)]) -> String {
    let directory = Files::new(files);
    let (mut runtime, _) = runtime();
    let main = directory.path(files[0].0);
    let error = runtime
        .run_file(main, SourceKind::Detect)
        .expect_err("an error");
    let root = Url::from_directory_path(directory.root()).expect("a URL");
    error.report().replace(root.as_str(), "ROOT/")
}

#[test]
fn import_each_other_by_relative_specifiers() {
    let log = logs(&[
        (
            "main.mjs",
            "import { b } from './lib/b.js'; import c, * as all from './lib/c.js';
                      console.log(b, c, Object.keys(all).join())",
        ),
        (
            "lib/b.js",
            "import { base } from '../base.js'; export const b = base + 1",
        ),
        ("lib/c.js", "export default 'c'; export const d = 1"),
        ("base.js", "export const base = 41"),
    ]);
    assert_eq!(log, ["42 c d,default"]);
}

#[test]
fn are_evaluated_once_whoever_imports_them() {
    let log = logs(&[
        (
            "main.mjs",
            "import './a.js'; import './b.js'; import './once.js';
                      await import('./once.js'); await import('./lib/../once.js')",
        ),
        ("a.js", "import './once.js'; console.log('a')"),
        ("b.js", "import './once.js'; console.log('b')"),
        ("once.js", "console.log('once')"),
    ]);
    assert_eq!(log, ["once", "a", "b"]);
}

#[test]
fn may_import_in_a_circle() {
    let log = logs(&[
        ("main.mjs", "import { a } from './a.js'; console.log(a())"),
        (
            "a.js",
            "import { b } from './b.js'; export function a() { return 'a' + b() } export const x = 1",
        ),
        (
            "b.js",
            "import { x } from './a.js'; export function b() { return 'b' + x }",
        ),
    ]);
    assert_eq!(log, ["ab1"]);
}

#[test]
fn await_at_the_top_level() {
    let log = logs(&[
        ("main.mjs", "import { value } from './slow.js'; console.log('main', value)"),
        ("slow.js", "console.log('before'); export const value =
                     await new Promise(resolve => setTimeout(resolve, 5, 'v')); console.log('after')"),
    ]);
    assert_eq!(log, ["before", "after", "main v"]);
}

#[test]
fn know_their_url() {
    let directory = Files::new(&[
        (
            "main.mjs",
            "import './a%20b/c.js'; console.log(import.meta.url)",
        ),
        (
            "a b/c.js",
            "console.log(import.meta.url, import.meta.resolve('../x.js'))",
        ),
    ]);
    let (mut runtime, log) = runtime();
    runtime
        .run_file(directory.path("main.mjs"), SourceKind::Detect)
        .expect("a program");
    let root = Url::from_directory_path(directory.root()).expect("a URL");
    assert_eq!(
        log.take(),
        [
            format!("{root}a%20b/c.js {root}x.js"),
            format!("{root}main.mjs"),
        ]
    );
}

#[test]
fn are_imported_dynamically_by_modules_and_by_classic_scripts() {
    for main in ["main.js", "main.mjs"] {
        let log = logs(&[
            (
                main,
                "import('./lib/a.js').then(m => console.log(m.a));
                    const indirect = new Function(`return import('./lib/a.js')`);
                    setTimeout(() => import('./lib/a.js').then(m => console.log(m.a, 'again')))",
            ),
            ("lib/a.js", "import { b } from './b.js'; export const a = b"),
            ("lib/b.js", "export const b = 'b'"),
        ]);
        assert_eq!(log, ["b", "b again"], "{main}");
    }
}

#[test]
fn json_is_imported_as_json() {
    let log = logs(&[
        (
            "main.mjs",
            "import data from './data.json' with { type: 'json' };
                      const again = await import('./data.json', { with: { type: 'json' } });
                      console.log(data.list[1], again.default === data)",
        ),
        ("data.json", "\u{feff}{ \"list\": [1, 2] }"),
    ]);
    assert_eq!(log, ["2 true"]);
}

#[test]
fn data_urls_are_modules_by_their_type() {
    let log = logs(&[(
        "main.mjs",
        "import a from 'data:text/javascript,export default 1';
         import b from 'data:text/javascript;base64,ZXhwb3J0IGRlZmF1bHQgMg==';
         import c from 'data:application/json,{\"c\":3}' with { type: 'json' };
         console.log(a, b, c.c);
         for (const url of ['data:,1', 'data:text/plain,1', 'data:application/json,1'])
             await import(url).catch(e => console.log(e.name));",
    )]);
    assert_eq!(log, ["1 2 3", "TypeError", "TypeError", "TypeError"]);
}

#[test]
fn what_a_program_is_told_by_its_text() {
    for (text, is_module) in [
        ("console.log(this === undefined)", false),
        (
            "import 'data:text/javascript,'; console.log(this === undefined)",
            true,
        ),
        ("export const a = 1; console.log(this === undefined)", true),
        ("await null; console.log(this === undefined)", true),
        ("import.meta; console.log(this === undefined)", true),
        (
            "import('data:text/javascript,'); console.log(this === undefined)",
            false,
        ),
        (
            "// import 'x'\n'export'; console.log(this === undefined)",
            false,
        ),
        ("with ({}) {} console.log(this === undefined)", false),
    ] {
        assert_eq!(
            logs(&[("main.js", text)]),
            [is_module.to_string()],
            "{text}"
        );
    }
    assert_eq!(
        logs(&[("main.mjs", "console.log(this === undefined)")]),
        ["true"]
    );
}

#[test]
fn a_kind_that_is_asked_for_is_kept_to() {
    let directory = Files::new(&[("main.js", "console.log(this === undefined)")]);
    for (kind, is_module) in [(SourceKind::Script, "false"), (SourceKind::Module, "true")] {
        let (mut runtime, log) = runtime();
        runtime
            .run_file(directory.path("main.js"), kind)
            .expect("a program");
        assert_eq!(log.take(), [is_module]);
    }
    let directory = Files::new(&[("main.mjs", "export {}")]);
    let (mut runtime, _) = runtime();
    let result = runtime.run_file(directory.path("main.mjs"), SourceKind::Script);
    assert!(
        result
            .expect_err("an error")
            .to_string()
            .starts_with("SyntaxError")
    );
}

#[test]
fn errors_name_specifier_and_referrer() {
    for (text, part) in [
        (
            "import './missing.js'",
            "TypeError: cannot import \"./missing.js\" from ROOT/main.mjs: cannot load ROOT/missing.js: No such file",
        ),
        (
            "import 'bare'",
            "TypeError: cannot resolve \"bare\" imported from ROOT/main.mjs: a relative specifier must start with",
        ),
        (
            "import './d.json'",
            "a JSON module is imported `with { type: \"json\" }`",
        ),
        (
            "import './main.mjs' with { type: 'json' }",
            "must end in \".json\"",
        ),
        (
            "import './d.json' with { type: 'css' }",
            "the module type \"css\" is not supported",
        ),
        (
            "import './d.json' with { kind: 'json' }",
            "the import attribute \"kind\" is not supported",
        ),
        (
            "import 'ftp://example.org/a.js'",
            "the scheme \"ftp:\" is not supported",
        ),
        ("import './wrong.js'", "SyntaxError"),
        ("import './wrong.js'", "(ROOT/wrong.js)"),
        (
            "import './bad.json' with { type: 'json' }",
            "(ROOT/bad.json)",
        ),
        ("import { nothing } from './empty.js'", "SyntaxError"),
        ("import './throws.js'", "Error: from below\n    at"),
    ] {
        let report = error(&[
            ("main.mjs", text),
            ("d.json", "{}"),
            ("bad.json", "{"),
            ("wrong.js", "let let = 1 +"),
            ("empty.js", ""),
            ("throws.js", "throw new Error('from below')"),
        ]);
        assert!(report.contains(part), "{text}: {report}");
    }
}

#[test]
fn a_failed_dynamic_import_rejects_and_may_be_caught() {
    let log = logs(&[(
        "main.mjs",
        "for (const specifier of ['./missing.js', 'bare', 'data:text/javascript,throw 1', 'data:text/javascript,('])
             try { await import(specifier) } catch (error) { console.log(error.name ?? error) }",
    )]);
    assert_eq!(log, ["TypeError", "TypeError", "1", "SyntaxError"]);
}

#[test]
fn an_await_that_never_ends_is_told() {
    let directory = Files::new(&[("main.mjs", "await new Promise(() => {})")]);
    let (mut runtime, _) = runtime();
    let result = runtime.run_file(directory.path("main.mjs"), SourceKind::Detect);
    assert!(matches!(result, Err(Error::NeverSettles)), "{result:?}");
}

#[test]
fn a_missing_file_is_told() {
    let directory = Files::new(&[]);
    let (mut runtime, _) = runtime();
    let path = directory.path("nowhere.js");
    let error = runtime
        .run_file(&path, SourceKind::Detect)
        .expect_err("an error");
    assert!(matches!(&error, Error::File { path: at, .. } if *at == path));
    assert!(error.to_string().contains("nowhere.js"), "{error}");
}

#[test]
fn modules_given_as_text_have_a_namespace_and_resolve_beside_the_base_url() {
    let directory = Files::new(&[("lib.js", "export const lib = 'lib'")]);
    let base = Url::from_directory_path(directory.root()).expect("a URL");
    let (builder, _) = crate::support::logged();
    let mut runtime = builder.base_url(base).build().expect("a runtime");
    let source = "import { lib } from './lib.js'; export const a = lib; export default 1";
    let namespace = runtime.eval_module(source, None).expect("a namespace");
    let mut context = runtime.context();
    let a = namespace
        .get(taipan::engine::js_string!("a"), &mut context)
        .expect("a value");
    assert_eq!(a, taipan::engine::js_string!("lib").into());
}

#[test]
fn a_module_that_came_from_elsewhere_may_not_import_files() {
    let directory = Files::new(&[("secret.js", "export default 1")]);
    let url = Url::from_file_path(directory.path("secret.js")).expect("a URL");
    let (mut runtime, _) = runtime();
    let source = format!("data:text/javascript,import '{url}'");
    let main = Url::parse("http://127.0.0.1/main.mjs").expect("a URL");
    let error = runtime
        .eval_module(&format!("await import(\"{source}\")"), Some(&main))
        .expect_err("an error");
    assert!(error.to_string().contains("only local modules"), "{error}");
}

#[test]
fn an_await_that_could_be_a_call_is_an_await_at_the_top_level() {
    for source in [
        "await (1); console.log('waited')",
        "const [a] = await [1]; console.log('waited')",
        "await\n(1)\nconsole.log('waited')",
        "const a = await (async () => await (2))(); console.log('waited')",
    ] {
        assert_eq!(logs(&[("main.js", source)]), ["waited"], "{source}");
    }
    // What is no top-level await leaves a script a script.
    for source in [
        "var await = x => x; await (1); console.log(typeof this)",
        "(async () => { await (1) })(); console.log(typeof this)",
        "// await (1)\nconsole.log(typeof this, 'await'.slice(9))",
    ] {
        let log = logs(&[("main.js", source)]);
        assert_eq!(log[0].trim_end(), "object", "{source}");
    }
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_imported() {
    let message = error(&[("main.mjs", "await import('file:///dev/zero')")]);
    assert!(message.contains("it is not a regular file"), "{message}");
}

#[test]
fn a_missing_export_is_told_with_both_modules() {
    let other = ("a.mjs", "export const nope = 1; export * from './b.mjs'");
    for (main, lib, expected) in [
        (
            "import { nope } from './a.mjs'; import { nope as b } from './lib/c.mjs'",
            "",
            "ROOT/lib/c.mjs has no export named \"nope\" (imported by ROOT/main.mjs)",
        ),
        (
            "import './lib/c.mjs'",
            "import nope from '../a.mjs'",
            "ROOT/a.mjs has no export named \"default\" (imported by ROOT/lib/c.mjs)",
        ),
        (
            "import { x } from './lib/c.mjs'",
            "import { y as z } from '../b.mjs'; export { z as x }",
            "ROOT/b.mjs has no export named \"y\" (imported by ROOT/lib/c.mjs)",
        ),
        (
            "import { x } from './lib/c.mjs'",
            "export { y as x } from '../b.mjs'",
            "ROOT/b.mjs has no export named \"y\" (imported by ROOT/lib/c.mjs)",
        ),
    ] {
        let message = error(&[("main.mjs", main), other, ("b.mjs", ""), ("lib/c.mjs", lib)]);
        assert!(
            message.starts_with(&format!("SyntaxError: {expected}")),
            "{main}: {message}"
        );
    }
}

#[test]
fn a_module_may_end_in_a_list_of_exports() {
    for end in ["", "\n", "\n// comment", ";"] {
        let lib = format!("const a = 'a';\nexport {{ a }}{end}");
        let main = ("main.mjs", "import { a } from './lib.mjs'; console.log(a)");
        assert_eq!(logs(&[main, ("lib.mjs", &lib)]), ["a"], "{end:?}");
    }
    // What is incomplete stays so.
    for source in [
        "while (false)",
        "if (1) {} else",
        "let a =",
        "export {",
        "import { a }",
    ] {
        assert!(
            error(&[("main.mjs", source)]).starts_with("SyntaxError"),
            "{source}"
        );
    }
}

#[test]
fn import_meta_resolve_knows_what_imports_know() {
    let (builder, _) = crate::support::logged();
    struct Packages;
    impl taipan::ModuleLoader for Packages {
        fn resolve(&self, specifier: &str, _: Option<&Url>) -> Result<Option<Url>, HostError> {
            match specifier.strip_prefix("pkg/") {
                Some("broken") => Err(HostError::new(ErrorClass::Range, "no such package")),
                Some(name) => Ok(Some(Url::parse(&format!("package:{name}"))?)),
                None => Ok(None),
            }
        }

        fn load(&self, _: &Url) -> taipan::ModuleFuture {
            Box::pin(std::future::ready(Ok(None)))
        }
    }
    let mut runtime = builder
        .module("bare", HostModule::new().value("x", 1))
        .shared_module("app:shared", HostModule::new)
        .module_loader(Packages)
        .build()
        .expect("a runtime");
    let source = "import 'bare';
        const resolve = specifier => {
            try { return import.meta.resolve(specifier) } catch (error) { return String(error) }
        };
        export const resolved = ['bare', 'app:shared', 'pkg/a', 'pkg/broken', './x.js', 'other'].map(resolve);";
    let url = Url::parse("http://example.org/a/main.js").expect("a URL");
    let exports = runtime.eval_module(source, Some(&url)).expect("a module");
    let resolved: Vec<String> = runtime
        .with(|context| taipan::get_property(&exports, "resolved", context))
        .expect("a list");
    assert_eq!(
        resolved[..5],
        [
            "bare",
            "app:shared",
            "package:a",
            "RangeError: no such package",
            "http://example.org/a/x.js"
        ]
    );
    assert!(
        resolved[5].starts_with("TypeError: cannot resolve \"other\""),
        "{resolved:?}"
    );
}
