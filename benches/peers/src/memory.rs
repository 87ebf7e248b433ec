//! Peak memory: a child process per measurement, so that nothing remembers the one before.

use crate::engine::{Engine, Failure, Mode};
use std::process::Command;

/// The word that makes this program such a child.
pub const CHILD: &str = "peak-of-load";

/// The most memory in megabytes that loading the file takes beyond what is there before.
pub fn peak(engine: &dyn Engine, mode: Mode, path: &str) -> Result<f64, Failure> {
    let child = Command::new(std::env::current_exe()?)
        .args([CHILD, path, "--engines", engine.name(), "--mode", mode.name()])
        .output()?;
    if !child.status.success() {
        return Err(String::from_utf8_lossy(&child.stderr).trim().into());
    }
    let kibibytes: f64 = String::from_utf8_lossy(&child.stdout).trim().parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}

/// The child's work: loads the file, prints kibibytes.
pub fn child(engines: &[Box<dyn Engine>], path: &str, mode: Option<&str>) -> Result<(), Failure> {
    let engine = engines.first().ok_or("no engine")?;
    let mode = mode.and_then(Mode::named).ok_or("no such mode")?;
    let wasm = std::fs::read(path)?;
    // The engine's own code comes into memory by its first use.
    engine.load(include_bytes!("../../../examples/hello.wasm"), mode)?;
    // The peak starts anew here; where it does not, reading a file has not raised it much.
    drop(std::fs::write("/proc/self/clear_refs", "5"));
    let before = status("VmRSS:")?;
    engine.load(&wasm, mode)?;
    println!("{}", status("VmHWM:")?.saturating_sub(before));
    Ok(())
}

/// A line of the kernel's account of this process, in kibibytes.
fn status(name: &str) -> Result<u64, Failure> {
    let text = std::fs::read_to_string("/proc/self/status")
        .map_err(|error| format!("peak memory is read from /proc: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
