//! The scripts of a folder, such as a checkout of the official suite.

use crate::proposal;
use crate::suite::SuiteScript;
use std::path::{Path, PathBuf};
use std::{ffi::OsStr, fs, io};

/// Every `.wast` file in `folder` and below it, by name, which is the path from there.
///
/// Hidden folders are left out, and links to folders are not followed: they may lead in circles.
pub(crate) fn scripts(folder: &Path) -> Result<Vec<SuiteScript>, String> {
    let failed = |path: &Path, error: io::Error| format!("cannot read {}: {error}", path.display());
    let mut scripts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let entries = fs::read_dir(&current).map_err(|error| failed(&current, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed(&current, error))?;
            let kind = entry.file_type().map_err(|error| failed(&entry.path(), error))?;
            if kind.is_dir() {
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                folders.extend((!hidden).then(|| entry.path()));
            } else if entry.path().extension() == Some(OsStr::new("wast")) {
                scripts.push(script(folder, &entry.path()));
            }
        }
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(scripts)
}

fn script(folder: &Path, path: &PathBuf) -> SuiteScript {
    let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let rules = proposal::rules(group(&whole));
    let text = match rules.missing {
        Some(missing) => Err(format!("the engine does not have {missing}")),
        None => fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text".to_owned())
        }),
    };
    SuiteScript { name, text: text.map(Into::into), features: rules.features }
}

/// The proposal a script belongs to: the folder after the last `proposals`; "" is none.
fn group(path: &Path) -> &str {
    let parts: Vec<&str> = path.iter().filter_map(OsStr::to_str).collect();
    let place = parts.iter().rposition(|part| *part == "proposals");
    // The last part is the file itself.
    match place.and_then(|place| parts.get(place + 1..parts.len() - 1)) {
        Some([group, ..]) => group,
        _ => parts.iter().rev().find(|p| p.starts_with("wasm-v")).copied().unwrap_or_default(),
    }
}
