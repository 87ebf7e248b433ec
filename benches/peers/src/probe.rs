//! A try in another process: a kernel that brings an engine down, or that it never finishes, costs
//! its row a number and not the whole run.

use crate::engine::{Engine, Failure};
use crate::kernels::{KERNELS, Kernel};
use crate::measure::Outcome;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The word that makes this program such a process.
pub const CHILD: &str = "try-kernel";

/// What no kernel takes on an engine worth measuring.
const LIMIT: Duration = Duration::from_secs(20);

/// Whether the engine gets through the kernel once.
pub fn probe(engine: &dyn Engine, kernel: &Kernel) -> Result<(), Outcome> {
    if engine.is_robust() {
        return Ok(());
    }
    let failed = |error: std::io::Error| Outcome::from(Failure::from(error));
    let program = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(program)
        .args([CHILD, kernel.name, "--engines", engine.name()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return match status.code() {
                Some(0) => Ok(()),
                // As `main` ends with an error.
                Some(2) => Err(Outcome::Failed("refused", last_words(&mut child).into())),
                _ => {
                    let words = last_words(&mut child);
                    Err(Outcome::Failed("crashed", format!("{status}: {}", words.trim()).into()))
                }
            };
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().and_then(|()| child.wait()).map_err(failed)?;
    Err(Outcome::Failed("too slow", format!("not done after {LIMIT:?}").into()))
}

/// What the process said on standard error.
fn last_words(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(stderr) = &mut child.stderr {
        // Without them the row still says what happened.
        drop(stderr.read_to_string(&mut text));
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_start_matches("error: ").into()
}

/// The process's work.
pub fn child(engines: &[Box<dyn Engine>], name: &str) -> Result<(), Failure> {
    let engine = engines.first().ok_or("no engine")?;
    let kernel = KERNELS.iter().find(|kernel| kernel.name == name).ok_or("no such kernel")?;
    let wasm = wat::parse_bytes(kernel.bytes)?;
    engine.instantiate(&wasm)?.run(kernel.check().0)?;
    Ok(())
}
