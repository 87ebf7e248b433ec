//! Reads the plain TOML this repository writes: tables of `key = value`, one per line.
//!
//! Enough for `Cargo.toml` and `proposals.toml`; not a TOML parser.

/// A table: `[name]` or `[[name]]` and the lines below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// The name between the brackets; empty for the lines before the first bracket.
    pub(crate) name: String,
    /// Keys and values as they are written, values without the quotes of a plain string.
    pub(crate) entries: Vec<(String, String)>,
}

impl Table {
    /// The value of `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// All tables of a file, in order.
pub(crate) fn tables(text: &str) -> Vec<Table> {
    let mut tables = vec![Table::default()];
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') && line.ends_with(']') {
            let name = line.trim_matches(['[', ']']).trim().to_string();
            tables.push(Table { name, entries: Vec::new() });
        } else if let (Some((key, value)), Some(table)) = (line.split_once('='), tables.last_mut())
        {
            let value = value.trim();
            let plain = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            table.entries.push((key.trim().to_string(), plain.unwrap_or(value).to_string()));
        }
    }
    tables
}

/// The packages a manifest names in the table `kind` (`dependencies`, `dev-dependencies`, …).
///
/// Target-specific tables (`[target.'cfg(unix)'.dependencies]`) count too.
pub(crate) fn dependencies(manifest: &str, kind: &str) -> Vec<String> {
    let mut names = Vec::new();
    for table in tables(manifest) {
        if table.name == kind
            || (table.name.starts_with("target.") && table.name.ends_with(&format!(".{kind}")))
        {
            // `name.workspace = true` and `name = { … }` both name a package.
            let keys = table.entries.iter().map(|(key, _)| key.split('.').next().unwrap_or(key));
            names.extend(keys.map(str::to_string));
        } else if let Some(name) = table.name.strip_prefix(&format!("{kind}.")) {
            names.push(name.to_string());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
[package]
name = "sample" 
version.workspace = true
# dergwasm-comment = "1"

[dependencies]
dergwasm-types.workspace = true
dergwasm = { path = "..", features = ["wat"] }
thiserror = "2"

[dependencies.wasmparser]
version = "1"

[target.'cfg(unix)'.dependencies]
libc = "0.2"

[dev-dependencies]
insta.workspace = true
"#;

    #[test]
    fn dependencies_come_in_every_spelling() {
        let expected = ["dergwasm-types", "dergwasm", "thiserror", "wasmparser", "libc"];
        assert_eq!(dependencies(MANIFEST, "dependencies"), expected);
        assert_eq!(dependencies(MANIFEST, "dev-dependencies"), ["insta"]);
        assert!(dependencies(MANIFEST, "build-dependencies").is_empty());
    }

    #[test]
    fn tables_keep_their_order_and_values() {
        let text = "first = 1\n[[row]]\nname = \"a = b\"\n[[row]]\nlist = [\"x\"]\n";
        let tables = tables(text);
        assert_eq!(tables.len(), 3);
        assert_eq!(tables[0].get("first"), Some("1"));
        assert_eq!(tables[1].get("name"), Some("a = b"));
        assert_eq!((tables[2].name.as_str(), tables[2].get("list")), ("row", Some("[\"x\"]")));
        assert_eq!(tables[2].get("name"), None);
    }
}
