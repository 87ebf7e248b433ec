//! Counts of tests, read from what test programs print.

use std::{fmt, ops::AddAssign};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests or assertions that hold.
    pub(crate) passed: u64,
    /// Tests or assertions that do not hold, and parts of a task that could not run.
    pub(crate) failed: u64,
}

impl Tally {
    /// How many there were.
    pub(crate) fn total(self) -> u64 {
        self.passed + self.failed
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads a line of libtest: `test result: ok. 3 passed; 1 failed; 0 ignored; …`.
pub(crate) fn test_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split(';').map(str::trim);
    let passed = number(counts.next()?, "passed")?;
    let failed = number(counts.next()?, "failed")?;
    Some(Tally { passed, failed })
}

/// Reads the last line of the spec suite: `3 passed, 1 failed, 0 skipped`.
pub(crate) fn spec_result(line: &str) -> Option<Tally> {
    let mut counts = line.split(", ");
    let passed = number(counts.next()?, "passed")?;
    let failed = number(counts.next()?, "failed")?;
    number(counts.next()?, "skipped")?;
    counts.next().is_none().then_some(Tally { passed, failed })
}

/// The number in `12 passed`, if the word is `unit`.
fn number(text: &str, unit: &str) -> Option<u64> {
    text.strip_suffix(unit)?.strip_suffix(' ')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_result_reads_what_libtest_prints() {
        let ok = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
                  finished in 0.01s";
        assert_eq!(test_result(ok), Some(Tally { passed: 12, failed: 0 }));
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(test_result(bad), Some(Tally { passed: 3, failed: 2 }));
        for other in ["test tally::tests::x ... ok", "", "test result: ", "test result: ok. x"] {
            assert_eq!(test_result(other), None, "{other}");
        }
    }

    #[test]
    fn spec_result_reads_only_the_last_line_of_the_suite() {
        let line = "27310 passed, 4 failed, 12 skipped";
        assert_eq!(spec_result(line), Some(Tally { passed: 27310, failed: 4 }));
        for other in [
            "i32.wast: 460 passed, 0 failed, 0 skipped",
            "1 passed, 2 failed",
            "1 passed, 2 failed, 3 skipped, 4 more",
            "test result: ok. 1 passed; 0 failed",
        ] {
            assert_eq!(spec_result(other), None, "{other}");
        }
    }

    #[test]
    fn tallies_add_up() {
        let mut sum = Tally { passed: 1, failed: 0 };
        sum += Tally { passed: 2, failed: 3 };
        assert_eq!(sum.to_string(), "3 passed, 3 failed");
        assert_eq!(sum.total(), 6);
    }
}
