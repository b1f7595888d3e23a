//! The folders that demos live in: what one that was killed left behind is taken away by the next.
//! Must never touch a folder whose process lives, another person's, or what a link points to.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::TempDir;

use super::STORE_FILE;

/// What the name of each begins with.
const PREFIX: &str = "desk-demo-";

/// Makes a folder for a demo, and takes away those of demos that were killed.
pub(super) fn make() -> std::io::Result<TempDir> {
    let scratch = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
    if let Some(around) = scratch.path().parent() {
        sweep(around, scratch.path());
    }
    Ok(scratch)
}

/// What cannot be looked at or taken away stays: it is only litter.
fn sweep(around: &Path, own: &Path) {
    let Ok(owner) = fs::symlink_metadata(own).map(|own| own.uid()) else { return };
    let Ok(entries) = fs::read_dir(around) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_demo = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let is_ours = |found: fs::Metadata| found.is_dir() && found.uid() == owner;
        if is_demo && path != own && fs::symlink_metadata(&path).is_ok_and(is_ours) {
            remove_abandoned(&path);
        }
    }
}

/// Takes a demo's folder away where its process is gone: its store's lock is free. A demo takes
/// the lock before it makes the store, so that one that only begins has no store yet.
fn remove_abandoned(folder: &Path) {
    let is_file =
        |name: &str| fs::symlink_metadata(folder.join(name)).is_ok_and(|found| found.is_file());
    let lock = format!("{STORE_FILE}-lock");
    if !is_file(STORE_FILE) || !is_file(&lock) {
        return;
    }
    let Ok(lock) = File::open(folder.join(lock)) else { return };
    if lock.try_lock().is_ok()
        && let Err(error) = fs::remove_dir_all(folder)
    {
        tracing::warn!(%error, "a demo's folder that was left behind stays");
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::symlink;

    use super::sweep;

    #[test]
    fn only_folders_of_demos_that_are_gone_are_taken_away() {
        let around = tempfile::tempdir().expect("a folder");
        let path = |name: &str| around.path().join(name);
        let folder = |name: &str, files: &[&str]| {
            fs::create_dir(path(name)).expect("made");
            for file in files {
                fs::write(path(name).join(file), "x").expect("written");
            }
        };
        let both = ["desk.db", "desk.db-lock"];
        folder("desk-demo-own", &both);
        folder("desk-demo-gone", &both);
        folder("desk-demo-lives", &both);
        folder("desk-demo-begins", &["desk.db-lock"]);
        folder("elsewhere", &both);
        symlink(path("elsewhere"), path("desk-demo-link")).expect("linked");
        // What hangs on a link inside goes as a link: what it points to stays.
        symlink(path("elsewhere"), path("desk-demo-gone").join("out")).expect("linked");
        let lives = File::open(path("desk-demo-lives").join("desk.db-lock")).expect("there");
        lives.lock().expect("it is free");
        sweep(around.path(), &path("desk-demo-own"));
        assert!(!path("desk-demo-gone").exists());
        for name in ["own", "lives", "begins", "link"] {
            assert!(path(&format!("desk-demo-{name}")).exists(), "{name}");
        }
        assert!(path("elsewhere").join("desk.db").exists());
        drop(lives);
        sweep(around.path(), &path("desk-demo-own"));
        assert!(!path("desk-demo-lives").exists());
    }
}
