//! Assertions of older scripts that a later version of the specification reversed.
//!
//! They are no failures when they do not hold; each is listed with the rule that reversed it.

/// The rule that reversed the assertion in this line of a script, if one did.
///
/// `name` may be the path of the script in any folder; only its last two parts count.
pub(crate) fn rule(name: &str, line: usize) -> Option<&'static str> {
    let is_this = |script: &str| {
        let before = name.strip_suffix(script);
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    let found = REVERSED.iter().find(|(script, lines, _)| lines.contains(&line) && is_this(script));
    found.map(|row| row.2)
}

const REVERSED: &[(&str, &[usize], &str)] = &[
    (
        "mutable-global/linking.wast",
        &[206, 227, 238, 298, 334, 344],
        "bulk memory: a segment that does not fit is a trap when it is written, no link error",
    ),
    (
        "mutable-global/linking.wast",
        &[236, 248, 342, 354],
        "bulk memory: what earlier segments wrote stays when a later one does not fit",
    ),
    (
        "reference-types/unreached-invalid.wast",
        &[539],
        "function references: after `unreachable`, an operand may have the types of all the labels \
         of a `br_table`, which need not be the same",
    ),
    ("threads/imports.wast", &[309, 313, 317], "reference types: there may be several tables"),
];
