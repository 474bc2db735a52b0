//! How the command is linked, and which versions of the engines are in it.

use std::{env, fs, path::Path, process::Command};

/// The engines by the names of their crates.
const ENGINES: [(&str, &str); 2] = [("boa_engine", "boa"), ("wasmi", "wasmi")];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=TAIPAN_VERSIONS={}", versions());
    if knows_relative_relocations() {
        // A position-independent program this size has a megabyte and a half of relocations, all of
        // which the loader reads before the first line runs. In the packed form they take some
        // ten kilobytes.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The versions of the command and of the engines, with a unit separator between them: a line break
/// would end the instruction.
fn versions() -> String {
    let mut versions = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let lock = env::var_os("CARGO_MANIFEST_DIR").and_then(|directory| {
        let directories = Path::new(&directory).ancestors();
        directories
            .map(|directory| directory.join("Cargo.lock"))
            .find(|lock| lock.exists())
    });
    let Some(lock) = lock else {
        return versions;
    };
    println!("cargo:rerun-if-changed={}", lock.display());
    let text = fs::read_to_string(lock).unwrap_or_default();
    for (package, engine) in ENGINES {
        if let Some(version) = version_of(package, &text) {
            versions.push_str(&format!("\u{1f}{engine} {version}"));
        }
    }
    versions
}

/// The version of a package in a lock file.
fn version_of<'a>(package: &str, lock: &'a str) -> Option<&'a str> {
    let start = format!("name = \"{package}\"\nversion = \"");
    lock.split_once(&start)?.1.split('"').next()
}

/// Whether the loader of the system that the command is built on and for is a glibc of 2.36 or
/// later, the first that reads packed relocations.
fn knows_relative_relocations() -> bool {
    let variable = |name| env::var(name).unwrap_or_default();
    if variable("CARGO_CFG_TARGET_OS") != "linux"
        || variable("CARGO_CFG_TARGET_ENV") != "gnu"
        || variable("HOST") != variable("TARGET")
    {
        return false;
    }
    let Ok(output) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else {
        return false;
    };
    // "glibc 2.36"
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().nth(1).unwrap_or_default();
    let mut numbers = version
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    (numbers.next(), numbers.next()) >= (Some(2), Some(36))
}
