//! Stamps the commit into the program, for `desk --version`, and watches the migrations.
//! Must never fail a build: without git, or outside its own repository, the stamp is `unknown`.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The migrations are built into the program.
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rustc-env=DESK_COMMIT={}", commit().unwrap_or_else(|| "unknown".to_owned()));
}

/// The commit of this very repository: the sources may lie unpacked inside another one.
fn commit() -> Option<String> {
    let top = git(&["rev-parse", "--show-toplevel"])?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().ok()?;
    if Path::new(&top).canonicalize().ok()? != here {
        return None;
    }
    // The log of HEAD grows with every commit, checkout and rebase; a fresh clone may lack it.
    for name in ["logs/HEAD", "HEAD", "packed-refs"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if Path::new(&path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}
