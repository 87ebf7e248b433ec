//! Modules of several sizes for the benchmarks of loading; this file knows nothing of running.

use dergwasm::decode::{DecodeError, Module};

/// A module in the binary format.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The name in the reports.
    pub name: &'static str,
    /// The binary.
    pub bytes: Vec<u8>,
}

/// A small kernel, two C programs and a large generated module, the smallest first.
///
/// # Errors
///
/// If one of them does not decode, which is a defect of the decoder or of the module.
pub fn subjects() -> Result<Vec<Subject>, DecodeError> {
    let keccak = include_bytes!("../kernels/tuning/keccak.wat");
    let hello = include_bytes!("../../examples/hello.wasm");
    let mandelbrot = include_bytes!("../../examples/mandelbrot.wasm");
    Ok(vec![
        Subject { name: "keccak", bytes: Module::new(keccak)?.bytes().to_vec() },
        Subject { name: "hello", bytes: hello.to_vec() },
        Subject { name: "mandelbrot", bytes: mandelbrot.to_vec() },
        Subject { name: "generated", bytes: generated()? },
    ])
}

/// About a megabyte: 6,000 functions, no two alike, that call one another.
fn generated() -> Result<Vec<u8>, DecodeError> {
    const FUNCTIONS: u32 = 6000;
    let mut text = String::from("(module (memory 1)");
    for index in 0..FUNCTIONS {
        text.push_str(&function(index, FUNCTIONS));
    }
    text.push(')');
    Ok(Module::new(text.as_bytes())?.bytes().to_vec())
}

fn function(index: u32, count: u32) -> String {
    let callee = index.wrapping_mul(31).wrapping_add(7) % count;
    let odd = index.wrapping_mul(2_654_435_761) | 1;
    format!(
        "(func $f{index} (param $a i32) (param $b i64) (result i32)
           (local $i i32) (local $x f64)
           (block $out
             (loop $next
               (local.set $i (i32.add (local.get $i) (i32.const {odd})))
               (i32.store offset={index} (i32.and (local.get $i) (i32.const 4095))
                 (i32.wrap_i64 (i64.mul (local.get $b) (i64.const {odd}))))
               (local.set $x
                 (f64.add (local.get $x) (f64.convert_i32_s (local.get $i))))
               (br_if $out (f64.gt (local.get $x) (f64.const {index})))
               (if (i32.lt_s (local.get $i) (local.get $a))
                 (then
                   (local.set $a
                     (call $f{callee}
                       (i32.load8_u (local.get $a))
                       (i64.extend_i32_u (local.get $i)))))
                 (else (local.set $b (i64.rotl (local.get $b) (i64.const 7)))))
               (br_if $next (i32.ne (local.get $i) (i32.const {index})))))
           (select (local.get $i) (local.get $a) (i64.eqz (local.get $b))))"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_module_is_about_a_megabyte() {
        let size = generated().unwrap().len();
        assert!((700_000..1_300_000).contains(&size), "{size} bytes");
    }
}
