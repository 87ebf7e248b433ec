//! With which features the scripts of a proposal's folder run.

use dergwasm::Features;

/// How the scripts of one folder run.
pub(crate) struct Rules {
    pub(crate) features: Features,
    /// What the engine lacks to run them.
    pub(crate) missing: Option<&'static str>,
}

/// The rules of the folder of this name; everything is on in a folder that has no rule.
///
/// Some folders are copies of the specification's scripts from before a later part of it, and
/// assert that this part is refused: they run without it. Folders of whole versions run with what
/// the version had.
pub(crate) fn rules(folder: &str) -> Rules {
    // The others assert that tags have no results.
    let all = Features::default().with_stack_switching(folder == "stack-switching");
    let features = match folder {
        "function-references" | "memory64" | "multi-value" | "threads" => {
            all.with_multi_memory(false)
        }
        "mutable-global" | "reference-types" => all.with_multi_memory(false).with_memory64(false),
        "wasm-v1" => Features::WASM1,
        "wasm-v2" => Features::WASM2,
        _ => all,
    };
    let missing = NEEDS.iter().find(|(name, ..)| *name == folder);
    let missing = missing.filter(|(_, with, _)| !Features::supported().contains(with(all, true)));
    Rules { features, missing: missing.map(|row| row.2) }
}

type With = fn(Features, bool) -> Features;

/// Folders of proposals beyond WebAssembly 3.0, the feature each needs, and its name.
const NEEDS: &[(&str, With, &str)] = &[
    ("compact-import-section", Features::with_compact_imports, "compact import sections"),
    ("custom-descriptors", Features::with_custom_descriptors, "custom descriptors"),
    ("custom-page-sizes", Features::with_custom_page_sizes, "custom page sizes"),
    ("memory-control", Features::with_memory_control, "memory control"),
    ("shared-everything-threads", Features::with_shared_everything_threads, "shared everything"),
    ("stack-switching", Features::with_stack_switching, "stack switching"),
    ("threads", Features::with_threads, "threads"),
    ("wide-arithmetic", Features::with_wide_arithmetic, "wide arithmetic"),
];
