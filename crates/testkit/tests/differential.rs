//! Generated modules here and in node, if there is one.

use taipan_testkit::differential::{self, Options};

#[test]
fn some_modules_are_the_same_in_node() {
    let node = std::env::var("TAIPAN_TEST_NODE").unwrap_or_else(|_| "node".to_owned());
    if std::process::Command::new(&node)
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("there is no {node} to compare with");
        return;
    }
    let options = Options {
        count: 400,
        seed: 20_000,
        first: 0,
        node,
        jobs: 2,
        keep: None,
    };
    let summary = differential::run(&options).expect("both run");
    assert_eq!(summary.count, 400);
    assert!(summary.instances > 200, "{summary:?}");
    assert!(summary.calls > 1_000, "{summary:?}");
    let unexplained: Vec<_> = summary.unexplained().collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}
