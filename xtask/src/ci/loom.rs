//! What threads share without locks, in every order of events that loom finds.

use crate::{
    Result,
    tally::{Tally, test_result},
    tool::Tool,
    workspace,
};

/// Runs the models of `dergwasm-exec`.
pub(crate) fn run() -> Result<(Tally, Result)> {
    let tool = Tool::cargo(["test", "--package", "dergwasm-exec", "--lib", "models::"]);
    let target = workspace::target().join("loom");
    let (tally, end) = tool
        .args(["--features", "parallel,portable-dispatch"])
        .env("CARGO_TARGET_DIR", target.display().to_string())
        .env("RUSTFLAGS", "--cfg loom")
        .run_counted(test_result)?;
    match end.is_ok() && tally.total() == 0 {
        true => Err("no model was run".into()),
        false => Ok((tally, end)),
    }
}
