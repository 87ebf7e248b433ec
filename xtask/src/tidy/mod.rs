//! `cargo xtask tidy`: the rules of the repository that no compiler knows.

mod arrows;
mod folders;
mod lexer;
mod security;
mod source;

use crate::Result;

/// Checks all rules and prints what breaks them.
pub(crate) fn run() -> Result {
    let mut complaints = source::check()?;
    complaints.extend(arrows::check()?);
    complaints.extend(folders::check()?);
    complaints.extend(security::check()?);
    for complaint in &complaints {
        println!("{complaint}");
    }
    match complaints.len() {
        0 => {
            println!("tidy: nothing to complain about");
            Ok(())
        }
        count => Err(format!("tidy: {count} complaints, listed above").into()),
    }
}
