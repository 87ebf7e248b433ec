//! Telling what built a module.

use crate::{Error, Module, as_machine::usage, emscripten::invoke};
use dergwasm_decode::Module as Decoded;
use dergwasm_types::{ExternKind, ExternType};
use std::collections::HashSet;

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
    let known = decoded.imports().iter().any(|import| {
        &*import.module == ENV
            && match decoded.import_type(import) {
                ExternType::Func(ty) => {
                    is_known(&import.name) || invoke::signature(&import.name, &ty).is_some()
                }
                _ => false,
            }
    });
    let exports = |name: &str| decoded.export(name).is_some();
    let bare_main = exports("__wasm_call_ctors")
        && (exports("main") || exports("__main_argc_argv"))
        && !exports("_start");
    known || bare_main || is_minified(module)
}

/// Whether only Emscripten's JavaScript has a function of this name.
fn is_known(name: &str) -> bool {
    const PREFIXES: [&str; 5] =
        ["emscripten_", "_emscripten_", "__emscripten_", "__syscall_", "__cxa_find_matching_catch"];
    const NAMES: [&str; 12] = [
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
        "__throw_exception_with_stack_trace",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

/// Whether `emcc` shortened the names of imports and exports to letters.
///
/// It numbers them: those of the imports, which all come from a module `a`, and then those of the
/// exports are the first of one sequence of names. Among them are a memory, the constructors and
/// something to call. Names that are only short are nobody's mark.
pub(super) fn is_minified(module: &Module) -> bool {
    let decoded = module.decoded();
    let (imports, exports) = (decoded.imports(), decoded.exports());
    let count = imports.len() + exports.len();
    let exported = |kind| exports.iter().filter(|export| export.kind == kind).count();
    if imports.is_empty()
        || count > MOST_NAMES
        || !imports.iter().all(|import| &*import.module == "a")
        || exported(ExternKind::Func) < 2
        || !has_memory(decoded)
    {
        return false;
    }
    let mut names: HashSet<&str> = imports.iter().map(|import| &*import.name).collect();
    let mut unused = sequence();
    // Each import takes a name, and the exports go on behind them.
    let first = |names: &HashSet<&str>, unused: &mut dyn Iterator<Item = String>| {
        names.len() == unused.take(names.len()).filter(|name| names.contains(&**name)).count()
    };
    if names.len() != imports.len() || !first(&names, &mut unused) {
        return false;
    }
    names = exports.iter().map(|export| &*export.name).collect();
    first(&names, &mut unused)
}

/// More names are not compared.
const MOST_NAMES: usize = 10_000;

fn has_memory(decoded: &Decoded) -> bool {
    let imported = decoded.imports().iter().any(|it| it.ty.kind() == ExternKind::Memory);
    imported || decoded.exports().iter().any(|it| it.kind == ExternKind::Memory)
}

/// The names that `emcc` gives, shortest first; words of JavaScript are left out.
fn sequence() -> impl Iterator<Item = String> {
    const FIRST: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
    const LATER: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789";
    const WORDS: [&str; 9] = ["do", "if", "in", "for", "new", "try", "var", "env", "let"];
    let name = |number: usize| {
        let mut name = String::from(char::from(FIRST[number % FIRST.len()]));
        let mut rest = number / FIRST.len();
        while rest > 0 {
            rest -= 1;
            name.push(LATER[rest % LATER.len()].into());
            rest /= LATER.len();
        }
        name
    };
    (0..).map(name).filter(|name| !WORDS.contains(&name.as_str()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> Module {
        Module::new(&wat::parse_str(text).expect("a text")).expect("a module")
    }

    #[test]
    fn short_names_are_no_evidence() {
        for text in [
            r#"(module (import "a" "b" (func)) (func (export "f") (call 0)))"#,
            r#"(module (import "a" "a" (func)) (func (export "b")))"#,
            r#"(module (import "a" "a" (func)) (memory (export "m") 1) (func (export "f"))
                (func (export "g")))"#,
            r#"(module (import "a" "a" (func)) (import "b" "b" (func)) (memory (export "c") 1)
                (func (export "d")) (func (export "e")))"#,
            r#"(module (memory (export "a") 1) (func (export "b")) (func (export "c")))"#,
            r#"(module (import "env" "invoke_later" (func)))"#,
            r#"(module (import "env" "emscripten" (func)) (func (export "main")))"#,
            r#"(module (import "env" "emscripten_x" (global i32)))"#,
        ] {
            assert!(!is_emscripten(&module(text)), "{text}");
        }
        let minified = r#"(module (import "a" "a" (func)) (import "a" "b" (func))
            (memory (export "c") 1) (func (export "d")) (func (export "e")))"#;
        assert!(is_minified(&module(minified)));
    }

    #[test]
    fn names_are_numbered() {
        let names: Vec<String> = sequence().take(60).collect();
        assert_eq!(names[..2], ["a", "b"]);
        assert_eq!(names[52..57], ["_", "$", "aa", "ba", "ca"]);
        let many: HashSet<String> = sequence().take(10_000).collect();
        assert_eq!(many.len(), 10_000);
        assert!(!many.contains("do"));
    }
}
