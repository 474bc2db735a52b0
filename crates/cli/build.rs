//! How the command is linked, and which versions of the engines are in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The engines by the names of their crates.
const ENGINES: [(&str, &str); 2] = [("boa_engine", "boa"), ("wasmi", "wasmi")];

/// The functions that run in short programs, those of the shortest first: symbols without the hash that
/// they end in. `tools/start-up-order` writes it.
const START_UP_ORDER: &str = "start-up-order.txt";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=TAIPAN_VERSIONS={}", versions());
    if knows_relative_relocations() {
        // A position-independent program this size has a megabyte and a half of relocations, all of
        // which the loader reads before the first line runs. In the packed form they take some
        // ten kilobytes.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo:rerun-if-changed={START_UP_ORDER}");
    if links_for_release_with_lld() {
        // Instances of generic functions that came out alike are one.
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
        match start_up_script() {
            Ok(script) => println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", script.display()),
            Err(error) => println!("cargo:warning={START_UP_ORDER}: {error}"),
        }
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

/// Whether what is built is shipped, and linked by the linker that comes with the compiler: another one may not know
/// what is asked of it.
fn links_for_release_with_lld() -> bool {
    let variable = |name| env::var(name).unwrap_or_default();
    if variable("TARGET") != "x86_64-unknown-linux-gnu"
        || variable("PROFILE") != "release"
        || env::var_os("RUSTC_LINKER").is_some()
        || variable("CARGO_ENCODED_RUSTFLAGS").contains("link")
    {
        return false;
    }
    let sysroot = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--print", "sysroot"])
        .output();
    let Ok(sysroot) = sysroot else {
        return false;
    };
    let lld = "lib/rustlib/x86_64-unknown-linux-gnu/bin/gcc-ld/ld.lld";
    Path::new(String::from_utf8_lossy(&sysroot.stdout).trim())
        .join(lld)
        .exists()
}

/// Writes the linker script that puts the functions of short programs beside each other.
///
/// The system maps code by pieces of 64 KB around what is run: with these functions all over the file, hello
/// world had two thirds of it in memory, and spent a fifth of its time on that.
fn start_up_script() -> std::io::Result<PathBuf> {
    let names = fs::read_to_string(START_UP_ORDER)?;
    let mut script = "SECTIONS\n{\n  .text.start_up :\n  {\n".to_owned();
    for name in names.lines().filter(|line| !line.is_empty()) {
        // The hash differs between compilers, and between versions of dependencies.
        script.push_str(&format!("    *(.text.{name}17h*)\n"));
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    let path = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("start-up-order.ld");
    fs::write(&path, script)?;
    Ok(path)
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
