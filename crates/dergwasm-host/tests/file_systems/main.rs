//! What holds for every file system, and what more holds for overlays.
#![cfg(feature = "host-fs")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod behaviour;
mod overlay;

use dergwasm_host::sys::fs::{Dir, FileSystem, HostDir, MemoryFs, Overlay};
use std::sync::Arc;
use tempfile::TempDir;

/// A file system of its own for a test, with what has to live as long.
struct Fresh {
    root: Arc<dyn Dir>,
    /// What is written goes to the host, and that is Windows, which differs as
    /// docs/EMBEDDING.md says.
    windows: bool,
    _host: Vec<TempDir>,
}

fn host_dir() -> (HostDir, TempDir) {
    let host = tempfile::tempdir().unwrap();
    (HostDir::open(host.path()).unwrap(), host)
}

fn host() -> Fresh {
    let (fs, host) = host_dir();
    Fresh { root: fs.root().unwrap(), windows: cfg!(windows), _host: vec![host] }
}

fn memory() -> Fresh {
    Fresh { root: MemoryFs::new().root().unwrap(), windows: false, _host: Vec::new() }
}

fn overlay_of_memories() -> Fresh {
    below_only(Overlay::new(MemoryFs::new(), MemoryFs::new()), false, Vec::new())
}

fn overlay_of_memory_over_host() -> Fresh {
    let (lower, host) = host_dir();
    below_only(Overlay::new(lower, MemoryFs::new()), false, vec![host])
}

fn overlay_of_hosts() -> Fresh {
    let ((lower, below), (upper, above)) = (host_dir(), host_dir());
    below_only(Overlay::new(lower, upper), cfg!(windows), vec![below, above])
}

/// A directory that only the lower file system has.
fn below_only<L: FileSystem, U: FileSystem>(
    overlay: Overlay<L, U>,
    windows: bool,
    hosts: Vec<TempDir>,
) -> Fresh {
    let lower = overlay.lower().root().unwrap();
    lower.create_dir(b"deep").unwrap();
    lower.open_dir(b"deep").unwrap().create_dir(b"deeper").unwrap();
    let deep = overlay.root().unwrap().open_dir(b"deep").unwrap();
    Fresh { root: deep.open_dir(b"deeper").unwrap(), windows, _host: hosts }
}

/// A test for every behaviour of every file system.
macro_rules! behave {
    ($($file_system:ident)*: $behaviours:tt, with windows: $system:tt) => {
        $( behave!(@one $file_system $behaviours $system); )*
    };
    (@one $file_system:ident [$($behaviour:ident)*] [$($of_system:ident)*]) => {
        mod $file_system {
            $(
                #[test]
                fn $behaviour() {
                    let fresh = super::$file_system();
                    super::behaviour::$behaviour(&*fresh.root);
                }
            )*
            $(
                #[test]
                fn $of_system() {
                    let fresh = super::$file_system();
                    super::behaviour::$of_system(&*fresh.root, fresh.windows);
                }
            )*
        }
    };
}

behave! { host memory overlay_of_hosts overlay_of_memories overlay_of_memory_over_host: [
    files_are_made_as_the_options_say
    contents_are_at_offsets
    appending_finds_the_end
    files_do_what_they_are_open_for
    names_are_bytes
], with windows: [
    directories_are_made_and_removed
    entries_are_listed_in_order
    links_are_not_followed
    removed_files_stay_open
    renaming_replaces_files_and_empty_directories
    files_may_have_several_names
    times_are_set
    only_names_are_taken
] }
