//! Blocks `(try …)` of the legacy exception instructions as plain instructions, which the parser reads.
//!
//! Spec: [Legacy Exception Handling › Text Format](https://webassembly.github.io/exception-handling/legacy/exceptions/core/text/instructions.html).
//! Knows tokens, not what they mean: whether the result is well-formed is for the parser to say.

use wast::lexer::{Lexer, Token, TokenKind};

/// The text with each folded `try` written plainly, on the same lines; `None` if there is none.
///
/// `(try $l (result i32) (do a) (catch $e b))` becomes `try $l (result i32) a catch $e b end`. So a
/// `try` cannot be the operand of a folded instruction.
pub(crate) fn unfold(text: &str) -> Option<String> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let tokens: Vec<_> = lexer.iter(0).collect::<Result<_, _>>().ok()?;
    let significant = |token: &&Token| {
        !matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment
        )
    };
    let mut tokens = tokens.iter().filter(significant).peekable();
    let mut open: Vec<Form> = Vec::new();
    let mut found = false;
    let mut unfolded = String::with_capacity(text.len());
    let mut copied = 0;
    while let Some(token) = tokens.next() {
        let replacement = match token.kind {
            TokenKind::LParen => {
                let keyword = tokens.peek().map_or("", |next| next.src(text));
                let form = Form::of(keyword, open.last_mut());
                open.push(form);
                found |= matches!(form, Form::Try { .. });
                form.opening()
            }
            TokenKind::RParen => open.pop().and_then(Form::closing),
            // Its parenthesis is gone, and it has no plain counterpart.
            TokenKind::Keyword if open.last() == Some(&Form::Do) && token.src(text) == "do" => {
                Some("")
            }
            _ => None,
        };
        if let Some(replacement) = replacement {
            unfolded.push_str(&text[copied..token.offset]);
            unfolded.push_str(replacement);
            copied = token.offset + token.src(text).len();
        }
    }
    unfolded.push_str(&text[copied..]);
    found.then_some(unfolded)
}

/// What is in parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `(try …)`, which ends in `end` unless it delegates.
    Try { delegates: bool },
    /// `(do …)` of a `try`.
    Do,
    /// `(catch …)`, `(catch_all …)` or `(delegate …)` of a `try`.
    Clause,
    /// Anything else, which stays.
    Other,
}

impl Form {
    fn of(keyword: &str, parent: Option<&mut Self>) -> Self {
        match (keyword, parent) {
            ("try", _) => Self::Try { delegates: false },
            ("do", Some(Self::Try { .. })) => Self::Do,
            ("catch" | "catch_all", Some(Self::Try { .. })) => Self::Clause,
            ("delegate", Some(Self::Try { delegates })) => {
                *delegates = true;
                Self::Clause
            }
            _ => Self::Other,
        }
    }

    const fn opening(self) -> Option<&'static str> {
        match self {
            Self::Other => None,
            Self::Try { .. } | Self::Do | Self::Clause => Some(" "),
        }
    }

    const fn closing(self) -> Option<&'static str> {
        match self {
            Self::Try { delegates: false } => Some(" end "),
            Self::Other => None,
            Self::Try { .. } | Self::Do | Self::Clause => Some(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The unfolded text with single spaces.
    fn words(text: &str) -> Option<String> {
        unfold(text).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn catches_and_delegates_are_unfolded() {
        let text =
            "(func (try $l (result i32) (do (nop) (i32.const 1)) (catch $e (drop)) (catch_all)))";
        let plain = "(func try $l (result i32) (nop) (i32.const 1) catch $e (drop) catch_all end )";
        assert_eq!(words(text).as_deref(), Some(plain));
        let text = "(func (try (do (try (do (throw $e)) (delegate 0))) (catch_all)))";
        let plain = "(func try try (throw $e) delegate 0 catch_all end )";
        assert_eq!(words(text).as_deref(), Some(plain));
    }

    #[test]
    fn strings_comments_and_other_clauses_stay() {
        let text = "(; (try ;) \"(try (do))\" (try_table (catch $e 0) (do)) ;; (try";
        assert_eq!(unfold(text), None);
        assert_eq!(unfold("(func try catch_all end)"), None);
    }

    #[test]
    fn lines_stay_and_broken_text_is_no_harm() {
        let text = "(try\n(do)\n;; (do\n(catch_all\n\n))";
        assert_eq!(unfold(text).map(|text| text.lines().count()), Some(text.lines().count()));
        for broken in ["(try", "(try (do", ")))(try)", "(try (delegate", "(do)(catch)"] {
            let _ = unfold(broken);
        }
    }
}
