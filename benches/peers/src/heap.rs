//! The heap of objects: how fast an engine allocates, and how long it pauses to collect, while many
//! objects stay alive.

use crate::engine::{Engine, Failure, Program};
use crate::measure::thread_time;

/// The live heaps in megabytes, unless told.
const SIZES: [u32; 3] = [10, 100, 1000];

/// What an object of `OBJECTS` counts as: two references of 4 bytes, a number of 8, a header of 8.
const OBJECT_SIZE: u32 = 24;

/// Garbage between two looks at the clock, in objects: about a megabyte.
const SLICE: i32 = 43_690;

/// Slices of garbage: at least this many, and as much as is alive.
const SLICES: u32 = 200;

/// `run(n)` keeps `n` more objects alive, `run(-n)` makes `n` that die; the answer is how many live.
///
/// Live objects hang in 4096 lists at random, so that neighbours in a list are none in memory, and
/// point across to other lists as well. Of those that die, sixteen at a time hang together.
const OBJECTS: &str = r#"(module
    (type $node (struct
      (field $next (ref null $node)) (field $across (ref null $node)) (field $number i64)))
    (type $lists (array (mut (ref null $node))))
    (global $lists (ref $lists) (array.new_default $lists (i32.const 4096)))
    (global $count (mut i32) (i32.const 0))
    (global $x (mut i32) (i32.const 12345))

    (func $random (result i32)
      (global.set $x
        (i32.add (i32.mul (global.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (i32.shr_u (global.get $x) (i32.const 20)))

    (func $keep (param $n i32)
      (local $list i32)
      (global.set $count (i32.add (global.get $count) (local.get $n)))
      (loop $again
        (local.set $list (call $random))
        (array.set $lists (global.get $lists) (local.get $list)
          (struct.new $node
            (array.get $lists (global.get $lists) (local.get $list))
            (array.get $lists (global.get $lists) (call $random))
            (i64.extend_i32_u (local.get $n))))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))

    (func $waste (param $n i32)
      (local $last (ref null $node))
      (loop $again
        (if (i32.eqz (i32.and (local.get $n) (i32.const 15)))
          (then (local.set $last (ref.null $node))))
        (local.set $last
          (struct.new $node
            (local.get $last) (ref.null $node) (i64.extend_i32_u (local.get $n))))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))

    (func (export "run") (param $n i32) (result i32)
      (if (i32.gt_s (local.get $n) (i32.const 0))
        (then (call $keep (local.get $n)))
        (else (call $waste (i32.sub (i32.const 0) (local.get $n)))))
      (global.get $count)))"#;

/// Prints a row per engine and size; `sizes` are in megabytes, none for the usual ones.
pub fn heap(engines: &[Box<dyn Engine>], sizes: &[&str]) -> Result<(), Failure> {
    let mut megabytes = sizes.iter().map(|size| size.parse()).collect::<Result<Vec<u32>, _>>()?;
    if megabytes.is_empty() {
        megabytes.extend(SIZES);
    }
    let wasm = wat::parse_str(OBJECTS)?;
    println!(
        "{:<12}{:>10}{:>16}{:>16}{:>18}{:>18}{:>18}",
        "heap", "live", "filled at", "allocates at", "longest slice", "collection", "per 100 MB"
    );
    for size in megabytes {
        for engine in engines {
            match engine.instantiate(&wasm).and_then(|mut program| measure(&mut *program, size)) {
                Ok(row) => println!("{:<12}{:>7} MB{row}", engine.name(), size),
                Err(error) => println!("{:<12}{:>7} MB  {error}", engine.name(), size),
            }
        }
    }
    println!();
    Ok(())
}

/// The numbers of one row.
fn measure(program: &mut dyn Program, megabytes: u32) -> Result<String, Failure> {
    let objects = i32::try_from(u64::from(megabytes) * 1_000_000 / u64::from(OBJECT_SIZE))?;
    let start = thread_time();
    let kept = program.run(objects.max(1))?;
    let filling = (thread_time() - start).as_secs_f64();
    if kept != i64::from(objects.max(1)) {
        return Err(format!("{kept} objects live, not {objects}").into());
    }
    let slices = SLICES.max(megabytes);
    let (mut longest, start) = (0.0_f64, thread_time());
    for _ in 0..slices {
        let start = thread_time();
        program.run(-SLICE)?;
        longest = longest.max((thread_time() - start).as_secs_f64());
    }
    let wasting = (thread_time() - start).as_secs_f64();
    let slice_megabytes = f64::from(SLICE) * f64::from(OBJECT_SIZE) / 1e6;
    let start = thread_time();
    let collected = program.collect();
    let pause = (thread_time() - start).as_secs_f64() * 1e3;
    let per_100 = pause * 100.0 / f64::from(megabytes);
    let fill_rate = f64::from(megabytes) / filling;
    let rate = f64::from(slices) * slice_megabytes / wasting;
    let longest = longest * 1e3;
    let times = format!("{fill_rate:>11.0} MB/s{rate:>11.0} MB/s{longest:>15.2} ms");
    Ok(match collected {
        true => format!("{times}{pause:>15.2} ms{per_100:>15.2} ms"),
        false => format!("{times}{:>18}{:>18}", "-", "-"),
    })
}
