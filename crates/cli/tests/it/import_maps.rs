//! `--import-map`.

use crate::support::{files, taipan};

#[test]
fn imports_are_resolved_as_the_map_says() {
    let folder = files(&[
        (
            "deno.json",
            r#"{ "tasks": {}, "imports": { "lib/": "./", "shown": "data:text/javascript,export default 1", "bad": 7 } }"#,
        ),
        ("a.mjs", "export default 'a'; export { default as shown } from 'shown';"),
        (
            "main.mjs",
            "import a, { shown } from 'lib/a.mjs';
            const worker = new Worker(URL.createObjectURL(new Blob([
                `import('shown').then((module) => postMessage(module.default))`], { type: 'text/javascript' })), { type: 'module' });
            worker.onmessage = ({ data }) => { console.log(a, shown, data); worker.terminate() };",
        ),
    ]);
    let path = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    };
    let map = format!("--import-map={}", path("deno.json"));
    let run = taipan(&[&map, &path("main.mjs")]);
    assert_eq!((run.code, &*run.stdout), (Some(0), "a 1 1\n"), "{run:?}");
    assert!(
        run.stderr.contains("what \"bad\" stands for is no URL: 7"),
        "{run:?}"
    );
    let run = taipan(&[&path("main.mjs")]);
    assert_eq!((run.code, &*run.stdout), (Some(1), ""), "{run:?}");
}

#[test]
fn files_are_checked_with_a_map() {
    let folder = files(&[
        (
            "map.json",
            r#"{ "imports": { "a": "./a.mjs", "no": null } }"#,
        ),
        ("a.mjs", "export const a = 1"),
        ("good.mjs", "import { a } from 'a'"),
        ("bad.mjs", "import { b } from 'a'; import 'no'"),
    ]);
    let path = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    };
    let map = format!("--import-map={}", path("map.json"));
    let run = taipan(&["check", &map, &path("good.mjs")]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = taipan(&["check", &map, &path("bad.mjs")]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("no export named \"b\"") && run.stderr.contains("has nothing for it"),
        "{run:?}"
    );
    assert_eq!(taipan(&["check", &path("good.mjs")]).code, Some(1));
}

#[test]
fn what_is_no_map() {
    let folder = files(&[
        ("a.json", "{ imports: }"),
        ("b.json", r#"{ "imports": 1 }"#),
    ]);
    for (name, part) in [
        ("a.json", "is not JSON"),
        ("b.json", "must be an object"),
        ("c.json", "cannot read"),
    ] {
        let path = folder.path().join(name);
        let map = format!("--import-map={}", path.display());
        let run = taipan(&[&map, "-e", "console.log(1)"]);
        assert_eq!((run.code, &*run.stdout), (Some(1), ""), "{run:?}");
        assert!(run.stderr.contains(part), "{run:?}");
    }
}
