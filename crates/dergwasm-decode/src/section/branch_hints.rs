//! The custom section of branch hints.
//!
//! Spec: [Appendix › Custom Sections › Branch Hints](https://webassembly.github.io/spec/core/appendix/custom.html#branch-hints).
//! Hints change nothing a module does, so faults in the section are not errors.

use wasmparser::{BinaryReader, BranchHintSectionReader};

/// The section's name.
pub(crate) const NAME: &str = "metadata.code.branch_hint";

/// Which way a branch is likely to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BranchHint {
    /// Where the `br_if` or `if` lies, in bytes from the start of the function's body, which begins
    /// with its locals.
    pub offset: u32,
    /// Whether the condition is likely not to be 0.
    pub taken: bool,
}

/// The hints for a function in a section with these contents, as far as they are well-formed.
pub(crate) fn read(contents: &[u8], func: u32) -> impl Iterator<Item = BranchHint> {
    let reader = BranchHintSectionReader::new(BinaryReader::new(contents, 0));
    let funcs = reader.into_iter().flatten().map_while(Result::ok);
    let hints = funcs.filter(move |hints| hints.func == func).flat_map(|hints| hints.hints);
    hints
        .map_while(Result::ok)
        .map(|hint| BranchHint { offset: hint.func_offset, taken: hint.taken })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn hints_are_those_of_the_function_and_faults_are_no_harm() {
        // For function 3: at 2 not taken, at 5 taken.
        let whole = [1, 3, 2, 2, 1, 0, 5, 1, 1];
        let hints: Vec<_> = read(&whole, 3).map(|hint| (hint.offset, hint.taken)).collect();
        assert_eq!(hints, [(2, false), (5, true)]);
        assert_eq!(read(&whole, 2).count(), 0);
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length], 3).count(), 0, "{length} bytes");
        }
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x0f], 3).count(), 0);
    }
}
