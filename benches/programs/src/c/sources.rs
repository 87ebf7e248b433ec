//! Empty: this package only names crates; see its manifest.
