//! Giving a module what it imports.

use crate::{
    Caller, Error, Linker, Module,
    as_machine::usage,
    emscripten::{
        Emscripten,
        argument::{Answer, Arguments, Kind, accepts, join},
        detect::{ENV, WASI, is_minified, minified},
        directory, exception,
        guest::{Find, Guest},
        imports, invoke,
        syscall::{self, Layout},
        unsupported,
    },
    host_func::HostFunc,
    wasi,
};
use dergwasm_types::{Closed, ExternType, FuncType, MemIdx, ValType, Value};
use std::sync::Arc;

/// Defines what a program built by Emscripten imports, as far as it is known: functions of `env`,
/// WASI, and the memory, table and tags that the host makes
/// ([`Linker::define_environment`]).
///
/// Functions that are Emscripten's, but that this host does not have, can be imported all the
/// same: system calls answer that they are not supported, and others trap when they are called.
///
/// `emscripten` finds the [`Emscripten`] in the embedder's data. Names that are defined already
/// stay as they are, so that an embedder can put something else in their place beforehand. What
/// is still missing, [`Linker::instantiate`] reports, all in one error.
///
/// The linker is then for this module: another may import functions of the same names with other
/// types.
///
/// # Errors
/// The module's names were shortened, or its memory has 64-bit addresses.
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    module: &Module,
    emscripten: impl Fn(&mut T) -> &mut Emscripten + Copy + Send + Sync + 'static,
) -> Result<(), Error> {
    if is_minified(module) {
        return Err(minified());
    }
    let decoded = module.decoded();
    if (0..decoded.memory_count()).zip(0..).any(|(_, i)| decoded.memory_type(MemIdx(i)).memory64) {
        return Err(usage(
            "programs built with -sMEMORY64 are not supported; build for 32-bit addresses",
        ));
    }
    linker.define_environment(module)?;
    let layout = layout(module);
    let find: Arc<Find<T>> = Arc::new(emscripten);
    if !linker.defines(WASI, "fd_write") {
        wasi::add_to_linker(linker, move |data| &mut emscripten(data).wasi)?;
        directory::add_to_linker(linker, &find);
    }
    for import in decoded.imports() {
        let ExternType::Func(ty) = decoded.import_type(import) else { continue };
        if &*import.module == WASI {
            join_longs(linker, &import.name, ty);
        } else if &*import.module == ENV
            && !linker.defines(ENV, &import.name)
            && let Some(func) = host_func(&import.name, &ty, &find, layout)
                .or_else(|| unsupported::find(&import.name, &ty))
        {
            linker.set_host_func(ENV, &import.name, ty, func);
        }
    }
    Ok(())
}

/// The function of a name, if it can have this type.
fn host_func<T: 'static>(
    name: &str,
    ty: &FuncType,
    find: &Arc<Find<T>>,
    layout: Layout,
) -> Option<HostFunc<T>> {
    if let Some(letters) = invoke::signature(name, ty) {
        let (letters, ty, find) = (String::from(letters), ty.clone(), Arc::clone(find));
        return Some(Arc::new(move |mut caller: Caller<'_, T>, values: &mut [Value]| {
            invoke::invoke(&mut Guest::new(&mut caller, &*find), &letters, &ty, values)
        }));
    }
    if name.starts_with("__cxa_find_matching_catch") {
        let pointers = ty.params().iter().all(|ty| *ty == ValType::I32);
        let fits = pointers && ty.results() == [ValType::I32];
        return fits.then(|| find_matching_catch(ty.params().len(), Arc::clone(find)));
    }
    imports::find(name, ty, find).or_else(|| syscall::find(name, ty, find, layout))
}

/// How a module lays out what it shares with the system, as far as its imports tell.
fn layout(module: &Module) -> Layout {
    let decoded = module.decoded();
    let function = |name: &str| {
        let import = decoded.imports().iter().find(|import| &*import.name == name)?;
        match decoded.import_type(import) {
            ExternType::Func(ty) => Some(ty),
            _ => None,
        }
    };
    // A time in one 32-bit number and `struct stat` with padding went with the same versions.
    let short_times = || {
        let takes = |name, count| {
            let ty = function(name);
            ty.is_some_and(|ty: Closed<FuncType>| {
                ty.params().len() == count && ty.params().iter().all(|ty| *ty == ValType::I32)
            })
        };
        takes("_localtime_js", 2) || takes("_gmtime_js", 2)
    };
    match function("emscripten_memcpy_big") {
        Some(ty) if !ty.results().is_empty() => Layout::Time32,
        _ if function("__syscall_fstatat64").is_some() => Layout::Time32,
        Some(_) => Layout::Padded,
        None if short_times() => Layout::Padded,
        None => Layout::Current,
    }
}

fn find_matching_catch<T: 'static>(clauses: usize, find: Arc<Find<T>>) -> HostFunc<T> {
    Arc::new(move |mut caller: Caller<'_, T>, values: &mut [Value]| {
        let types: Vec<u32> = values.iter().take(clauses).map(|value| value.as_u32()).collect();
        let object = exception::find_matching_catch(&mut Guest::new(&mut caller, &*find), &types)?;
        if let Some(result) = values.first_mut() {
            *result = object.into();
        }
        Ok(())
    })
}

/// A host function of type `ty` from one that takes arguments and answers.
pub(super) fn wrap<T: 'static>(
    ty: &FuncType,
    find: &Arc<Find<T>>,
    f: impl Fn(&mut Guest<'_, '_, T>, &mut Arguments<'_>) -> Result<Answer, Error>
    + Send
    + Sync
    + 'static,
) -> HostFunc<T> {
    let (ty, find) = (ty.clone(), Arc::clone(find));
    Arc::new(move |mut caller: Caller<'_, T>, values: &mut [Value]| {
        let mut guest = Guest::new(&mut caller, &*find);
        let answer = f(&mut guest, &mut Arguments::new(&ty, values))?;
        let result = answer.store(&mut guest, &ty)?;
        if let Some(first) = values.first_mut() {
            *first = result;
        }
        Ok(())
    })
}

/// Lets a function of WASI be imported with two `i32` for each `i64`.
fn join_longs<T: 'static>(linker: &mut Linker<T>, name: &str, ty: Closed<FuncType>) {
    let Some((defined, func)) = linker.host_func(WASI, name) else { return };
    let kinds: Option<Vec<Kind>> = defined
        .params()
        .iter()
        .map(|ty| match ty {
            ValType::I32 => Some(Kind::Word),
            ValType::I64 => Some(Kind::Long),
            _ => None,
        })
        .collect();
    let fits = kinds.is_some_and(|kinds| accepts(&ty, &kinds)) && defined.results() == ty.results();
    if *defined == *ty || !fits {
        return;
    }
    let wanted: Vec<ValType> = defined.params().to_vec();
    let joined = move |caller: Caller<'_, T>, values: &mut [Value]| {
        let mut slots = [Value::ZERO; MAX_WASI_PARAMS];
        let mut given = values.iter().copied();
        let mut next = || given.next().unwrap_or(Value::ZERO);
        for (slot, ty) in slots.iter_mut().zip(&wanted) {
            let value = next();
            *slot = match ty {
                ValType::I64 => join(value.as_u32(), next().as_u32()).into(),
                _ => value,
            };
        }
        func(caller, &mut slots)?;
        if let Some(result) = values.first_mut() {
            *result = slots[0];
        }
        Ok(())
    };
    linker.set_host_func(WASI, name, ty, Arc::new(joined));
}

/// No function of WASI has more.
const MAX_WASI_PARAMS: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_apart_by_their_imports() {
        let layout_of = |imports: &[&str]| {
            let imports = imports.iter().map(|import| format!("(import \"env\" {import})"));
            let text = format!("(module {})", imports.collect::<String>());
            layout(&Module::new(&wat::parse_str(text).unwrap()).unwrap())
        };
        let memcpy = "\"emscripten_memcpy_big\" (func (param i32 i32 i32))";
        let old_memcpy = "\"emscripten_memcpy_big\" (func (param i32 i32 i32) (result i32))";
        let short = "\"_gmtime_js\" (func (param i32 i32))";
        let long = "\"_gmtime_js\" (func (param i64 i32))";
        assert!(matches!(layout_of(&[old_memcpy]), Layout::Time32));
        assert!(matches!(layout_of(&[memcpy]), Layout::Padded));
        assert!(matches!(layout_of(&[short]), Layout::Padded));
        assert!(matches!(layout_of(&[long]), Layout::Current));
        assert!(matches!(layout_of(&[]), Layout::Current));
    }
}
