//! Every kernel is listed and gives the result its file promises.

use dergwasm_benches::{Half, KERNELS, Running};
use std::path::Path;

#[test]
fn every_file_is_listed_once() {
    for half in Half::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kernels").join(half.name());
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of kernels")
            .map(|entry| entry.expect("a readable entry").path())
            .filter(|path| path.extension().is_some_and(|ending| ending != "c"))
            .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
            .filter(|name| name != "flags")
            .collect();
        files.sort();
        let mut listed: Vec<&str> =
            KERNELS.iter().filter(|kernel| kernel.half == half).map(|kernel| kernel.name).collect();
        listed.sort_unstable();
        assert_eq!(files, listed);
    }
}

#[test]
fn results_are_the_documented_ones() {
    for kernel in KERNELS {
        let (argument, expected) =
            if cfg!(debug_assertions) { kernel.quick_check() } else { kernel.check() };
        let mut running = Running::start(kernel).expect("a valid kernel");
        // Twice: a second run must not see what the first left in memory and globals.
        for _ in 0..2 {
            let result = running.run(argument).expect("kernels do not trap");
            assert_eq!(result, expected, "{}", kernel.name);
        }
    }
}

/// The published test vector of Keccak-f[1600].
#[test]
fn keccak_is_keccak() {
    let keccak = KERNELS.iter().find(|kernel| kernel.name == "keccak").expect("it is listed");
    let mut running = Running::start(keccak).expect("a valid kernel");
    let lane = running.run(1).expect("kernels do not trap");
    assert_eq!(lane, 0xf125_8f79_40e1_dde7_u64.cast_signed());
}
