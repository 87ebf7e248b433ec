//! Validation of function bodies.
//!
//! Spec: [Validation › Modules › Functions](https://webassembly.github.io/spec/core/valid/modules.html#functions).
//! wasmparser checks the instructions; this file only drives it.

use crate::fast_path;
use crate::{DecodeError, FuncLabel, SectionKind, error::Fault, module::Contents};
use alloc::string::ToString;
use dergwasm_types::FuncIdx;
use wasmparser::{
    BinaryReader, FuncToValidate, FuncValidator, FuncValidatorAllocations, FunctionBody,
    OperatorsReader, ValidatorResources, WasmFeatures,
};

/// Validates `body`, reusing `allocations`; returns false if `stop` said so before the end.
pub(crate) fn validate(
    func: FuncToValidate<&ValidatorResources>,
    body: &FunctionBody<'_>,
    allocations: &mut FuncValidatorAllocations,
    stop: &dyn Fn() -> bool,
) -> Result<bool, Fault> {
    let features = func.features;
    let mut validator = func.into_validator(core::mem::take(allocations));
    let result = visit(&mut validator, body, features, stop);
    *allocations = validator.into_allocations();
    result.map_err(|error| classify(error, body))
}

fn visit(
    validator: &mut FuncValidator<&ValidatorResources>,
    body: &FunctionBody<'_>,
    features: WasmFeatures,
    stop: &dyn Fn() -> bool,
) -> wasmparser::Result<bool> {
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let bytes = body.as_bytes();
    let start = bytes.len() - reader.bytes_remaining();
    fast_path::visit(validator, bytes, body.range().start, start, features, stop)
}

/// Tells a malformed body, which cannot even be read, from an invalid one.
#[cold]
fn classify(error: wasmparser::Error, body: &FunctionBody<'_>) -> Fault {
    match read(body) {
        Err(error) => Fault::Read(error),
        // The one rule of the binary format that only the validator knows.
        Ok(()) if error.message() == "data count section required" => Fault::Read(error),
        Ok(()) => Fault::Invalid(error),
    }
}

fn read(body: &FunctionBody<'_>) -> wasmparser::Result<()> {
    let mut locals = body.get_locals_reader()?;
    for _ in 0..locals.get_count() {
        locals.read()?;
    }
    let mut operators = OperatorsReader::new(locals.get_binary_reader());
    while !operators.eof() {
        operators.read()?;
    }
    operators.finish()
}

/// Validates a body that was left for later; see [`Module::validate_func`](crate::Module::validate_func).
pub(crate) fn validate_deferred(
    module: &Contents,
    index: FuncIdx,
    stop: &dyn Fn() -> bool,
) -> Result<bool, DecodeError> {
    if module.func_type_idx(index).is_none() {
        let fault = Fault::Broken { offset: 0, reason: "unknown function".to_string() };
        return Err(fault.into_error(None, Some(FuncLabel { index, name: None })));
    }
    let defined = index.index().checked_sub(module.funcs.imported.len());
    let (Some(resources), Some(defined)) = (&module.deferred, defined) else {
        return Ok(true);
    };
    let (reader, allocations) = (module.features.wasm_features(), &mut Default::default());
    validate_at(module, resources, reader, defined, allocations, stop).map_err(|fault| {
        let name = module.func_name(index, module.names()).map(Into::into);
        fault.into_error(Some(SectionKind::Code), Some(FuncLabel { index, name }))
    })
}

/// Validates the body of the module's own function at `defined`, read with the features `reader`.
pub(crate) fn validate_at(
    module: &Contents,
    resources: &ValidatorResources,
    reader: WasmFeatures,
    defined: usize,
    allocations: &mut FuncValidatorAllocations,
    stop: &dyn Fn() -> bool,
) -> Result<bool, Fault> {
    let Some(func) = module.funcs.defined.get(defined) else { return Ok(true) };
    let bytes = &module.bytes[func.body.clone()];
    let body = FunctionBody::new(BinaryReader::new_features(bytes, func.body.start as u64, reader));
    let index = u32::try_from(module.funcs.imported.len() + defined).unwrap_or(u32::MAX);
    let features = module.features.wasm_features();
    validate(FuncToValidate { resources, index, ty: func.ty.0, features }, &body, allocations, stop)
}
