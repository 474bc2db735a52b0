//! Files that may not be read.

use std::fs;

use taipan::Permissions;

use super::{
    attack::{self, Attack, Ground},
    canary::SECRET,
};

#[test]
fn paths_that_lead_outside() {
    attack::all(&[
        Attack::new(
            "the whole URL",
            "return (await fetch('$ROOT/secret/secret.txt')).text()",
        ),
        Attack::new(
            "a relative URL",
            "return (await fetch('../secret/secret.txt')).text()",
        ),
        Attack::new(
            "out and in",
            "return (await fetch('./private/../../secret/../secret/secret.txt')).text()",
        ),
        Attack::new(
            "many dots",
            "return (await fetch('../'.repeat(50) + new URL('$ROOT').pathname.slice(1) + '/secret/secret.txt')).text()",
        ),
        Attack::new(
            "encoded dots",
            "return (await fetch('%2e%2e/secret/secret.txt')).text()",
        ),
        Attack::new(
            "encoded dots in capitals",
            "return (await fetch('.%2E/secret/secret.txt')).text()",
        ),
        Attack::new(
            "encoded slashes",
            "return (await fetch('$ROOT/granted/..%2fsecret%2Fsecret.txt')).text()",
        ),
        Attack::new(
            "everything encoded",
            "return (await fetch('$ROOT/granted/%2e%2e%2f%73%65%63%72%65%74%2f%73ecret.txt')).text()",
        ),
        Attack::new(
            "encoded letters",
            "return (await fetch('$ROOT/%73ecret/secret.txt')).text()",
        ),
        Attack::never(
            "encoded twice",
            "return (await fetch('%252e%252e/secret/secret.txt')).text()",
            "TypeError",
        ),
        Attack::new(
            "backslashes",
            "return (await fetch('..\\\\secret\\\\secret.txt')).text()",
        ),
        Attack::never(
            "encoded backslashes",
            "return (await fetch('..%5Csecret%5Csecret.txt')).text()",
            "TypeError",
        ),
        Attack::new(
            "a folder whose name begins alike",
            "return (await fetch('../granted-not/secret.mjs')).text()",
        ),
        Attack::new(
            "the beginning of a name",
            "return (await fetch('$ROOT/granted' + '-not/secret.mjs')).text()",
        ),
        Attack::new(
            "doubled slashes",
            "return (await fetch('$ROOT//secret///secret.txt')).text()",
        ),
        Attack::new(
            "single dots",
            "return (await fetch('$ROOT/./secret/./secret.txt')).text()",
        ),
        Attack::new(
            "no slashes",
            "return (await fetch('$ROOT'.replace('file:///', 'file:/') + '/secret/secret.txt')).text()",
        ),
        Attack::new(
            "slashes too many",
            "return (await fetch('$ROOT'.replace('file:///', 'file://///') + '/secret/secret.txt')).text()",
        ),
        Attack::new(
            "this machine",
            "return (await fetch('$ROOT'.replace('file:///', 'file://localhost/') + '/secret/secret.txt')).text()",
        ),
        Attack::never(
            "another machine",
            "return (await fetch('$ROOT'.replace('file:///', 'file://other.example/') + '/secret/secret.txt')).text()",
            "TypeError",
        ),
        Attack::never(
            "an address",
            "return (await fetch('$ROOT'.replace('file:///', 'file://127.0.0.1/') + '/secret/secret.txt')).text()",
            "TypeError",
        ),
        Attack::new(
            "capitals of the scheme",
            "return (await fetch('$ROOT'.replace('file', 'FILE') + '/secret/secret.txt')).text()",
        ),
        Attack::new(
            "a query",
            "return (await fetch('$ROOT/secret/secret.txt?/granted/open.txt')).text()",
        ),
        Attack::new(
            "a fragment",
            "return (await fetch('$ROOT/secret/secret.txt#/granted/open.txt')).text()",
        ),
        Attack::new(
            "blanks and line ends",
            "return (await fetch(' $ROOT/sec\\nret/sec\\tret.txt ')).text()",
        ),
        Attack::never(
            "a null",
            "return (await fetch('./open.txt%00.mjs')).text()",
            "TypeError",
        ),
        Attack::untold(
            "a null outside",
            "return (await fetch('../secret/secret.txt%00open.txt')).text()",
        ),
        Attack::untold("a folder", "return (await fetch('$ROOT/secret/')).text()"),
        Attack::untold("the root", "return (await fetch('file:///')).text()"),
        Attack::new(
            "HEAD",
            "return (await fetch('../secret/secret.txt', { method: 'HEAD' })).status",
        ),
        Attack::new(
            "a request",
            "return (await fetch(new Request('../secret/secret.txt'))).text()",
        ),
        Attack::new(
            "compilation",
            "return WebAssembly.Module.exports(await WebAssembly.compileStreaming(fetch('../secret/secret.wasm')))[0].name",
        ),
        Attack::new(
            "instantiation",
            "return Object.keys((await WebAssembly.instantiateStreaming(fetch('../secret/secret.wasm'))).instance.exports)",
        ),
        Attack::harmless(
            "a blob's name",
            "return new File([''], '../secret/secret.txt').text()",
        ),
        Attack::harmless(
            "data with a path",
            "return (await fetch('data:text/plain,$ROOT/secret/')).text()",
        ),
    ]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_outside() {
    attack::all(&[
        Attack::new("a link", "return (await fetch('./file.mjs')).text()"),
        Attack::new(
            "a link to a link",
            "return (await fetch('./twice.mjs')).text()",
        ),
        Attack::new(
            "a relative link",
            "return (await fetch('./relative.mjs')).text()",
        ),
        Attack::new(
            "a link of a folder",
            "return (await fetch('./folder/secret.txt')).text()",
        ),
        Attack::new(
            "a crooked link",
            "return (await fetch('./crooked.mjs')).text()",
        ),
        Attack::new(
            "a link through itself",
            "return (await fetch('./self/self/self/file.mjs')).text()",
        ),
        Attack::untold(
            "a folder behind a link",
            "return (await fetch('./folder/')).text()",
        ),
        // Whether there is such a file nobody is told.
        Attack::untold(
            "what is not there",
            "return (await fetch('./folder/nothing.txt')).text()",
        ),
        Attack::untold("a device", "return (await fetch('./zero')).text()"),
        Attack::untold(
            "the environment",
            "return (await fetch('./environ')).text()",
        ),
    ]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_linux_shows_of_processes() {
    use std::os::fd::AsRawFd as _;

    let ground = Ground::new();
    let file = fs::File::open(ground.tree.path("secret/secret.txt")).expect("the file");
    let descriptor = file.as_raw_fd();
    std::os::unix::fs::symlink(
        format!("/proc/self/fd/{descriptor}"),
        ground.tree.path("granted/descriptor"),
    )
    .expect("a link");
    std::os::unix::fs::symlink("/proc/self/cwd", ground.tree.path("granted/cwd")).expect("a link");
    for attack in [
        Attack::new(
            "the root behind a link",
            "return (await fetch('./root' + new URL('$ROOT').pathname + '/secret/secret.txt')).text()",
        ),
        Attack::new(
            "the root of a process",
            "return (await fetch('file:///proc/self/root' + new URL('$ROOT').pathname + '/secret/secret.txt')).text()",
        ),
        Attack::new(
            "the root of a thread",
            "return (await fetch('file:///proc/thread-self/root' + new URL('$ROOT').pathname + '/secret/secret.txt')).text()",
        ),
        Attack::untold(
            "the folder of a process",
            "return (await fetch('./cwd/Cargo.toml')).text()",
        ),
        Attack::new(
            "an open file behind a link",
            "return (await fetch('./descriptor')).text()",
        ),
        Attack::untold(
            "the environment",
            "return (await fetch('file:///proc/self/environ')).text()",
        ),
        Attack::untold(
            "the memory",
            "return (await fetch('file:///proc/self/mem')).text()",
        ),
        Attack::untold(
            "the command line",
            "return (await fetch('file:///proc/self/cmdline')).text()",
        ),
    ] {
        ground.check(&attack);
    }
    for name in ["proc/self/fd", "dev/fd", "proc/thread-self/fd"] {
        let source = format!("return (await fetch('file:///{name}/{descriptor}')).text()");
        ground.check(&Attack::new("an open file", source.leak()));
    }
    // To read all files is not to see the environment.
    let all_files = || Permissions::none().allow_read_all();
    let root = || Permissions::none().allow_read(["/"]);
    for source in [
        "return (await fetch('file:///proc/self/environ')).text()",
        "return (await fetch('file:///proc/thread-self/environ')).text()",
        "return (await fetch('./environ')).text()",
        "return (await fetch('file:///proc/self/task/../environ')).text()",
    ] {
        let attack = Attack::untold("the environment of one who may read everything", source);
        ground.check_with(&attack, all_files());
        ground.check_with(&attack, root());
        ground.check_with(&attack, Permissions::all().deny_env(["SECRET"]));
    }
    let attack = Attack::new(
        "it is there",
        "return (await fetch('file:///proc/self/environ')).status",
    );
    let outcome = ground.run(&attack, Permissions::all());
    assert_eq!(outcome.told, "returned 200");
}

#[cfg(unix)]
#[test]
fn what_is_denied_within_what_is_granted() {
    let ground = Ground::new();
    let link = ground.tree.path("granted/door");
    std::os::unix::fs::symlink(ground.tree.path("granted/private"), &link).expect("a link");
    let by_name = ground
        .permissions()
        .deny_read([ground.tree.path("granted/private")]);
    // A link that is denied is so with what it leads to.
    let by_link = ground.permissions().deny_read([&link]);
    let everything = Permissions::all().deny_read([ground.tree.path("granted/private")]);
    for permissions in [by_name, by_link, everything] {
        for attack in [
            Attack::new(
                "the file",
                "return (await fetch('./private/secret.mjs')).text()",
            ),
            Attack::new(
                "an import",
                "return (await import('./private/secret.mjs')).default",
            ),
            Attack::new(
                "a link of the folder",
                "return (await fetch('./alias/secret.mjs')).text()",
            ),
            Attack::new(
                "the link that is denied",
                "return (await fetch('./door/secret.mjs')).text()",
            ),
            Attack::new(
                "a link above the folder",
                "return (await fetch('./self/self/private/secret.mjs')).text()",
            ),
            Attack::new(
                "out and in",
                "return (await fetch('../granted/x/../private/secret.mjs')).text()",
            ),
            Attack::new(
                "encoded",
                "return (await fetch('./%70rivate/secret.mjs')).text()",
            ),
            Attack::new(
                "encoded slashes",
                "return (await fetch('.%2Fprivate%2fsecret.mjs')).text()",
            ),
            Attack::new(
                "another root",
                "return (await fetch('file:///proc/self/root' + new URL('$ROOT').pathname + '/granted/private/secret.mjs')).text()",
            ),
        ] {
            if attack.name == "another root" && !cfg!(target_os = "linux") {
                continue;
            }
            ground.check_with(&attack, permissions.clone());
        }
        let attack = Attack::new(
            "what is not denied",
            "return (await fetch('./open.txt')).text()",
        );
        assert_eq!(ground.run(&attack, permissions).told, "returned harmless");
    }
}

/// Refusals do not tell whether a file is there.
#[test]
fn refusals_tell_nothing() {
    let ground = Ground::new();
    let told = |name: &str| {
        let source = format!("return fetch('../{name}')").leak();
        let attack = Attack::untold("whether it is there", source);
        let told = ground.run(&attack, ground.permissions()).told;
        told.replace(name, "NAME")
    };
    let expected = told("secret/secret.txt");
    assert!(expected.starts_with("NotCapable"), "{expected}");
    for name in [
        "secret",
        "secret/nothing",
        "nothing/at/all",
        "secret/secret.txt/x",
    ] {
        assert_eq!(told(name), expected);
    }
}

/// A file that has names in two folders is in both: nobody can tell which was meant.
#[cfg(unix)]
#[test]
fn another_name_of_a_file_is_a_file_of_its_own() {
    let ground = Ground::new();
    let secret = ground.tree.path("secret/secret.txt");
    fs::hard_link(secret, ground.tree.path("granted/hard.txt")).expect("a link");
    let attack = Attack::new("a hard link", "return (await fetch('./hard.txt')).text()");
    let outcome = ground.run(&attack, ground.permissions());
    assert!(outcome.told.contains(SECRET), "{outcome:?}");
}

/// A pipe or a device is never waited for.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_not_opened() {
    use rustix::fs::{FileType, Mode, mknodat};

    let ground = Ground::new();
    let pipe = ground.tree.path("granted/pipe");
    mknodat(rustix::fs::CWD, pipe, FileType::Fifo, Mode::RUSR, 0).expect("a pipe");
    for source in [
        "return (await fetch('./pipe')).text()",
        "return (await import('./pipe')).default",
    ] {
        ground.check(&Attack::never("a pipe", source, "TypeError"));
    }
}

/// While a script reads a file somebody puts a link in its place, and back again.
#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_while_it_is_read() {
    use std::{
        os::unix::fs::symlink,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
    };

    let ground = Ground::new();
    let [file, link, folder, other] =
        ["flip.txt", "next.txt", "flip", "next"].map(|name| ground.tree.path("granted").join(name));
    let done = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&done);
    let secret = ground.tree.path("secret/secret.txt");
    let open = ground.tree.path("granted/open.txt");
    fs::create_dir(ground.tree.path("granted/inner")).expect("a folder");
    let inner = ground.tree.path("granted/inner");
    fs::copy(&open, inner.join("secret.txt")).expect("a file");
    let outer = ground.tree.path("secret");
    symlink(&open, &file).expect("a link");
    symlink(&inner, &folder).expect("a link");
    let flipping = std::thread::spawn(move || {
        while !stop.load(Ordering::SeqCst) {
            for (one, two) in [(&secret, &outer), (&open, &inner)] {
                symlink(one, &link).expect("a link");
                fs::rename(&link, &file).expect("a place");
                symlink(two, &other).expect("a link");
                fs::rename(&other, &folder).expect("a place");
            }
        }
    });
    let attack = Attack::new(
        "again and again",
        "const seen = {};
         const note = text => seen[text] = (seen[text] ?? 0) + 1;
         for (let i = 0; i < 1500; i++) {
             for (const path of ['./flip.txt', './flip/secret.txt']) {
                 try { note(await (await fetch(path)).text()) } catch (e) { note(e.name) }
             }
         }
         return JSON.stringify(seen)",
    );
    let outcome = ground.run(&attack, ground.permissions());
    done.store(true, Ordering::SeqCst);
    flipping.join().expect("the other thread");
    assert!(!outcome.told.contains(SECRET), "{}", outcome.told);
    for part in ["harmless", "NotCapable"] {
        assert!(outcome.told.contains(part), "{}", outcome.told);
    }
}
