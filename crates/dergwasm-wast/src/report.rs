//! What became of a script.

use core::fmt;
use dergwasm::Escaped;

/// How many characters of a reason are shown.
const LONGEST: usize = 4096;

/// What became of each directive of a script.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// In the order of the script. A `register` that worked is not listed.
    pub directives: Vec<DirectiveReport>,
    /// If fuel is counted, a digest of the memories, globals and tables that instances export after
    /// the last directive. Only good for comparing two runs of one script.
    pub left_behind: Option<u64>,
}

/// What became of one directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveReport {
    /// Line in the script, from 1.
    pub line: usize,
    /// Column in the line, from 1.
    pub column: usize,
    /// The directive's keyword.
    pub kind: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// What it cost in fuel, if that is counted.
    pub fuel: Option<u64>,
}

/// What became of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It went as the script says.
    Passed,
    /// It did not; what was expected and what was found.
    Failed(String),
    /// It was not carried out; why.
    Skipped(String),
}

impl Report {
    /// How many assertions hold.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Passed))
    }

    /// How many assertions do not hold.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    /// How many assertions were not carried out.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Skipped(_)))
    }

    /// The directives that failed.
    pub fn failures(&self) -> impl Iterator<Item = &DirectiveReport> {
        self.directives.iter().filter(|report| matches!(report.outcome, Outcome::Failed(_)))
    }

    /// The directives that were not carried out.
    pub fn skips(&self) -> impl Iterator<Item = &DirectiveReport> {
        self.directives.iter().filter(|report| matches!(report.outcome, Outcome::Skipped(_)))
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.directives.iter().filter(|report| wanted(&report.outcome)).count()
    }
}

/// `line:column: keyword outcome`, as compilers print it, so that editors can jump there.
impl fmt::Display for DirectiveReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ", self.line, self.column, self.kind)?;
        match &self.outcome {
            Outcome::Passed => f.write_str("passed"),
            Outcome::Failed(why) => write!(f, "failed: {:.LONGEST$}", Escaped::message(why)),
            Outcome::Skipped(why) => write!(f, "skipped: {:.LONGEST$}", Escaped::message(why)),
        }
    }
}
