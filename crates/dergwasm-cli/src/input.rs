//! Reading FILE: its bytes, and clear words when they cannot be a module.

use crate::{failure::Failure, output};
use dergwasm::decode::{self, DecodeOptions, Validation};
use dergwasm::{Config, Module};
use std::{fs, path::Path};

/// Reads a file that should hold a module.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = output::path(path);
    let bytes = fs::read(path)
        .map_err(|error| Failure::wrong(format!("cannot read `{shown}`: {error}")))?;
    if is_component(&bytes) {
        return Err(Failure::wrong(format!(
            "`{shown}` is a component, not a core module; components are not supported. Build the \
             program for `wasm32-wasip1`, or take the core module out of the component with \
             `wasm-tools component unbundle`"
        )));
    }
    Ok(bytes)
}

/// Reads, decodes and validates a module.
pub(crate) fn module(path: &Path, config: &Config) -> Result<Module, Failure> {
    let bytes = read(path)?;
    Module::with_config(config, &bytes).map_err(|error| refused(path, &error))
}

/// Reads and takes apart a module without validating its functions.
pub(crate) fn decoded(path: &Path) -> Result<decode::Module, Failure> {
    decode(path, &read(path)?)
}

/// Takes apart the module that was read from a file.
pub(crate) fn decode(path: &Path, bytes: &[u8]) -> Result<decode::Module, Failure> {
    let options = DecodeOptions { validation: Validation::Deferred, ..DecodeOptions::default() };
    decode::Module::with_options(bytes, &options).map_err(|error| refused(path, &error.into()))
}

/// The module was not accepted.
pub(crate) fn refused(path: &Path, error: &dergwasm::Error) -> Failure {
    Failure::wrong(format!("`{}` was not accepted: {error}", output::path(path)))
}

/// Whether the bytes are a component, in the binary or the text format.
fn is_component(bytes: &[u8]) -> bool {
    // The layer, which is 0 for a core module, is the upper half of the version field.
    match bytes {
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => true,
        _ => bytes.trim_ascii_start().starts_with(b"(component"),
    }
}
