//! Inputs without the fuzzer: `corpus seeds TARGET SEED COUNT FOLDER` writes inputs to begin with,
//! `corpus run TARGET FOLDER` runs a target on the inputs of a folder and prints what it saw.
//!
//! Two builds of the engine that print the same for the same folder do the same.

#![forbid(unsafe_code)]

use dergwasm_fuzz::{TARGETS, Target};
use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["seeds", name, seed, count, folder] => {
            seeds(target(name)?, seed.parse()?, count.parse()?, Path::new(folder))
        }
        ["run", name, folder] => run(target(name)?, Path::new(folder)),
        _ => Err("usage: corpus seeds TARGET SEED COUNT FOLDER | run TARGET FOLDER".into()),
    }
}

fn target(name: &str) -> Result<Target, Box<dyn Error>> {
    let found = TARGETS.into_iter().find(|target| target.name == name);
    found.ok_or_else(|| {
        let names = TARGETS.map(|target| target.name).join(", ");
        format!("there is no target `{name}`, but {names}").into()
    })
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

fn run(target: Target, folder: &Path) -> Result<(), Box<dyn Error>> {
    for path in files(folder)? {
        let data = fs::read(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Said first, so that it is known if the process ends.
        eprintln!("{name}");
        (target.run)(&data);
        if let Some(observed) = target.observed {
            let mut hasher = DefaultHasher::new();
            observed(&data).hash(&mut hasher);
            println!("{name} {:016x}", hasher.finish());
        }
    }
    Ok(())
}

/// Random bytes of several lengths; for the decoder the repository's own modules, behind a byte that
/// chooses how they are decoded.
fn seeds(target: Target, seed: u64, count: u64, folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for number in 0..count {
        let mut random = Random(seed ^ (number << 32));
        let len = 1 << (4 + number % 9);
        let bytes: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        fs::write(folder.join(format!("seed-{number:04}")), bytes)?;
    }
    if target.name == "decode" {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for place in ["examples", "benches/kernels/tuning", "crates/dergwasm-decode/tests/cases"] {
            for path in files(&root.join(place))? {
                let known = path.extension().is_some_and(|end| end == "wasm" || end == "wat");
                let bytes = fs::read(&path)?;
                if !known || bytes.len() > 16 << 10 {
                    continue;
                }
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let binary = wat::parse_bytes(&bytes).map(|binary| [&[2], &*binary].concat());
                fs::write(folder.join(format!("{name}.text")), [&[0], &*bytes].concat())?;
                if let Ok(binary) = binary {
                    fs::write(folder.join(format!("{name}.binary")), binary)?;
                }
            }
        }
    }
    Ok(())
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
