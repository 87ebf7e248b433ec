//! Any bytes through every way of decoding: none panics, and validating function by function finds
//! what validating at once does.

use dergwasm::decode::{DecodeOptions, Module, Validation};
use dergwasm::{CompilationMode, Config, Features};

/// Decodes an input.
///
/// # Panics
/// If ways of decoding do not agree.
pub fn run(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let features = if choice & 1 == 0 { Features::supported() } else { Features::WASM1 };
    let options = |validation, parallel| DecodeOptions {
        features,
        validation,
        parallel,
        ..DecodeOptions::default()
    };
    let full = Module::with_options(bytes, &options(Validation::Full, false));
    let threads = Module::with_options(bytes, &options(Validation::Full, true));
    let (one, many) = (full.as_ref().map(|_| ()), threads.as_ref().map(|_| ()));
    let text = |error: &dergwasm::decode::DecodeError| error.to_string();
    assert_eq!(one.map_err(text), many.map_err(text), "one thread and several");

    let deferred = Module::with_options(bytes, &options(Validation::Deferred, false));
    let valid = deferred.is_ok_and(|module| {
        module.funcs().iter().zip(module.imported_func_count()..).all(|(_, index)| {
            u32::try_from(index)
                .is_ok_and(|i| module.validate_func(dergwasm::types::FuncIdx(i)).is_ok())
        })
    });
    assert_eq!(valid, full.is_ok(), "at once and function by function");

    for module in [full.ok(), Module::with_options(bytes, &options(Validation::None, false)).ok()] {
        let Some(module) = module else { continue };
        look_at(&module);
    }
    let mut config = Config::new();
    config.features(features).compilation_mode(CompilationMode::Eager);
    if choice & 2 != 0 {
        config.consume_fuel(true).interruptible(true);
    }
    let eager = dergwasm::Module::with_config(&config, bytes);
    assert!(eager.is_err() || valid, "an invalid module was translated");
}

/// Reads what a module says of itself.
fn look_at(module: &Module) {
    let printed = module.to_string();
    assert!(printed.len() < 1 << 30);
    let _ = format!("{:?}", module.names());
    let _ = module.branch_hints(dergwasm::types::FuncIdx(0));
    let _ = (module.exports().len(), module.imports().len());
}
