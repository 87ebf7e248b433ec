//! Telling what built a module.

use crate::{Error, Module, as_machine::usage};
use dergwasm_types::ExternType;

/// The module under which programs import Emscripten's functions.
pub(super) const ENV: &str = "env";
/// The module of WASI, whose functions Emscripten imports too.
pub(super) const WASI: &str = "wasi_snapshot_preview1";

/// Whether a module was built by Emscripten and needs what its JavaScript does.
///
/// True for a module that imports functions from `env` that only Emscripten has, or that exports
/// `main` and constructors but no `_start`. A module of `STANDALONE_WASM` is a WASI program.
#[must_use]
pub fn is_emscripten(module: &Module) -> bool {
    let decoded = module.decoded();
    let known =
        decoded.imports().iter().any(|import| &*import.module == ENV && is_known(&import.name));
    let exports = |name: &str| decoded.export(name).is_some();
    let bare_main = exports("__wasm_call_ctors")
        && (exports("main") || exports("__main_argc_argv"))
        && !exports("_start");
    known || bare_main || is_minified(module)
}

/// Whether only Emscripten's JavaScript has a function of this name.
fn is_known(name: &str) -> bool {
    const PREFIXES: [&str; 5] =
        ["emscripten_", "_emscripten_", "invoke_", "__syscall_", "__cxa_find_matching_catch"];
    const NAMES: [&str; 11] = [
        "__cxa_throw",
        "__assert_fail",
        "_tzset_js",
        "_mmap_js",
        "_munmap_js",
        "_localtime_js",
        "_abort_js",
        "_dlopen_js",
        "getTempRet0",
        "setTempRet0",
        "__resumeException",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

/// Whether `emcc` shortened the names of imports and exports to letters.
pub(super) fn is_minified(module: &Module) -> bool {
    let decoded = module.decoded();
    let short = |name: &str| (1..=2).contains(&name.len());
    let mut imports = decoded
        .imports()
        .iter()
        .filter(|import| matches!(decoded.import_type(import), ExternType::Func(_)))
        .peekable();
    imports.peek().is_some()
        && imports.all(|import| &*import.module == "a" && short(&import.name))
        && decoded.exports().iter().any(|export| short(&export.name))
}

/// What to tell about a module with shortened names.
#[cold]
pub(super) fn minified() -> Error {
    usage(
        "Emscripten shortened the names of the module's imports and exports, so that only the \
         JavaScript it wrote beside the module can tell what they are; link with -O2 or less to \
         keep the names, which objects compiled with -O3 may be",
    )
}
