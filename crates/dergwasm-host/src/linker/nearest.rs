//! The name that was probably meant.

use alloc::vec::Vec;

/// Longer names are not compared: a module chooses its names, and the time grows with the square.
const MAX_LEN: usize = 64;

/// How many candidates are compared at most.
const MAX_CANDIDATES: usize = 10_000;

/// The candidate that is most like `name`, if one is much like it.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = name.len().div_ceil(4).min(4);
    if name.len() > MAX_LEN {
        return None;
    }
    candidates
        .take(MAX_CANDIDATES)
        .filter(|other| other.len().abs_diff(name.len()) <= limit && !other.is_empty())
        .map(|other| (distance(name.as_bytes(), other.as_bytes()), other))
        .filter(|&(distance, other)| distance <= limit && distance < other.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, other)| other)
}

/// How many bytes have to be inserted, removed or replaced to make `b` of `a`.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let replaced = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = replaced.min(*cell + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, edits) in
            [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), edits, "{a} {b}");
        }
    }

    #[test]
    fn finds_typing_errors_only() {
        let names = ["fd_write", "fd_read", "proc_exit", "x"];
        let nearest = |name| nearest(name, names.iter().copied());
        assert_eq!(nearest("fd_wirte"), Some("fd_write"));
        assert_eq!(nearest("proc_exti"), Some("proc_exit"));
        assert_eq!(nearest("path_open"), None);
        assert_eq!(nearest("y"), None);
        assert_eq!(nearest(&"fd".repeat(1000)), None);
    }
}
