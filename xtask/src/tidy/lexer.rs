//! The code of a Rust source without its comments and literals.

/// `text` with every comment, string and character literal blanked out; lines stay where they are.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => 1 + string(&rest[1..]),
            'r' if !ends_in_word(&code) => raw_string(rest),
            '\'' => char_literal(rest),
            _ => 0,
        };
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (skipped, tail) = rest.split_at(length);
            code.extend(skipped.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = tail;
        }
    }
    code
}

/// Whether `code` has `word` as a word of its own, and in which line (from 1) first.
pub(super) fn line_of_word(code: &str, word: &str) -> Option<usize> {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    code.lines()
        .position(|line| line.split(|c| !is_word(c)).any(|part| part == word))
        .map(|i| i + 1)
}

fn ends_in_word(code: &str) -> bool {
    code.chars().next_back().is_some_and(|c| c == '_' || c.is_alphanumeric())
}

/// The length of the block comment `text` starts with; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a string after its opening quote, the closing quote included.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the raw string `text` starts with; 0 if it starts with none.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|&c| c == '#').count();
    let start = 1 + hashes;
    if !text[start..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    text[start + 1..].find(&end).map_or(text.len(), |at| start + 1 + at + end.len())
}

/// The length of the character literal `text` starts with; 0 if it is a lifetime.
fn char_literal(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[3.min(text.len())..].find('\'').map_or(0, |at| at + 4),
        Some(_) => chars.next().filter(|&(_, c)| c == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank() {
        let text = "a // b\n/* c /* d */ e */ f \"g \\\" h\" i r#\"j \" k\"# l 'm' '\\'' '\\n' n";
        let words: Vec<_> = code_only(text).split_whitespace().map(str::to_string).collect();
        assert_eq!(words, ["a", "f", "i", "l", "n"]);
        assert_eq!(code_only(text).lines().count(), 2);
    }

    #[test]
    fn lifetimes_and_names_that_end_in_r_are_code() {
        assert_eq!(code_only("fn f<'a>(var: &'a str)"), "fn f<'a>(var: &'a str)");
        assert_eq!(code_only("for\"x\" b"), "for    b");
    }

    #[test]
    fn words_are_whole_words() {
        let code = "unsafe_code\nlet x = unsafe { 1 };";
        assert_eq!(line_of_word(code, "unsafe"), Some(2));
        assert_eq!(line_of_word(code, "code"), None);
    }
}
