//! The dependency budget: how many packages an embedder takes on with the facade.

use crate::{Result, tool::Tool};
use std::collections::BTreeSet;

/// The most packages from outside the workspace that the facade may need, by default features.
const LIMIT: usize = 10;

/// Checks that the facade needs no more packages than the budget allows.
pub(crate) fn check() -> Result {
    let tree =
        Tool::cargo(["tree", "-p", "dergwasm", "-e", "normal", "--prefix", "none"]).output()?;
    let packages = external(&tree);
    let names = packages.iter().copied().collect::<Vec<_>>().join(", ");
    println!("{} of at most {LIMIT} packages under the facade: {names}", packages.len());
    if packages.len() > LIMIT {
        return Err(format!(
            "the facade needs {} packages, {LIMIT} are allowed; see who brings one in with \
             `cargo tree -p dergwasm -e normal -i <package>`",
            packages.len()
        )
        .into());
    }
    Ok(())
}

/// The packages in the output of `cargo tree --prefix none` that are not of this workspace.
fn external(tree: &str) -> BTreeSet<&str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "dergwasm" && !name.starts_with("dergwasm-"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_the_workspace_and_repetitions_do_not_count() {
        let tree = "dergwasm v0.1.0 (/src/crates/dergwasm)\n\
                    dergwasm-types v0.1.0 (/src/crates/dergwasm-types)\n\
                    thiserror v2.0.21\n\
                    thiserror-impl v2.0.21 (proc-macro)\n\
                    thiserror v2.0.21 (*)\n\n";
        assert_eq!(external(tree).into_iter().collect::<Vec<_>>(), ["thiserror", "thiserror-impl"]);
    }
}
