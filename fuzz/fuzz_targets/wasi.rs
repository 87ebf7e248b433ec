//! See `dergwasm_fuzz::wasi`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dergwasm_fuzz::wasi::run(data));
