//! Rust source, line by line: what is code, what is comment, what belongs to tests.
//!
//! Not a parser: it knows strings, characters, comments and braces, which is what the rules need to never mistake a word
//! in a text for a call.

/// One line of a source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Code with the contents of strings and characters left out.
    pub(super) code: String,
    /// Text of comments on the line.
    pub(super) comment: String,
    /// Inside an item that only tests compile.
    pub(super) test: bool,
}

/// Splits a file.
pub(super) fn scan(text: &str) -> Vec<Line> {
    let mut lines = split(text);
    mark_tests(&mut lines);
    lines
}

/// Where the reader is between two characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    /// Nesting depth.
    BlockComment(usize),
    Text,
    /// Number of `#` that end it.
    RawText(usize),
}

fn split(text: &str) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut state = State::Code;
    let letters: Vec<char> = text.chars().collect();
    let at = |i: usize| letters.get(i).copied().unwrap_or('\0');
    let mut i = 0;
    while i < letters.len() {
        let c = letters[i];
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if c == '\n' {
            if state == State::LineComment {
                state = State::Code;
            }
            lines.push(Line::default());
            i += 1;
            continue;
        }
        let mut step = 1;
        match state {
            State::Code => match c {
                '/' if at(i + 1) == '/' => state = State::LineComment,
                '/' if at(i + 1) == '*' => (state, step) = (State::BlockComment(1), 2),
                '"' => {
                    line.code.push(c);
                    state = State::Text;
                }
                'r' if !ends_in_word(&line.code) => {
                    line.code.push(c);
                    let hashes = (i + 1..).take_while(|j| at(*j) == '#').count();
                    if at(i + 1 + hashes) == '"' {
                        line.code.push('"');
                        (state, step) = (State::RawText(hashes), hashes + 2);
                    }
                }
                '\'' => {
                    line.code.push(c);
                    step = character(&letters, i);
                    if step > 1 {
                        line.code.push(c);
                    }
                }
                _ => line.code.push(c),
            },
            State::LineComment => line.comment.push(c),
            State::BlockComment(depth) => match (c, at(i + 1)) {
                ('*', '/') => {
                    step = 2;
                    state = if depth == 1 { State::Code } else { State::BlockComment(depth - 1) };
                }
                ('/', '*') => (state, step) = (State::BlockComment(depth + 1), 2),
                _ => line.comment.push(c),
            },
            State::Text => match c {
                '\\' if at(i + 1) != '\n' => step = 2,
                '"' => {
                    line.code.push(c);
                    state = State::Code;
                }
                _ => {}
            },
            State::RawText(hashes) => {
                if c == '"' && (0..hashes).all(|k| at(i + 1 + k) == '#') {
                    line.code.push(c);
                    (state, step) = (State::Code, hashes + 1);
                }
            }
        }
        i += step;
    }
    lines
}

/// Whether a word ends here, so that an `r` would go on with it; `br"…"` is no such word.
fn ends_in_word(code: &str) -> bool {
    let word = code.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    !matches!(word, "" | "b" | "c")
}

/// Length of the character literal that begins here; 1 when it is a lifetime.
fn character(letters: &[char], i: usize) -> usize {
    match (letters.get(i + 1), letters.get(i + 2)) {
        (Some('\\'), _) => {
            // From the escaped letter on, to the closing quote.
            let close = letters.iter().skip(i + 3).position(|c| *c == '\'');
            close.map_or(1, |n| n + 4)
        }
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

/// Marks the items under `#[cfg(test)]` and `#[test]`, and whole files that carry `#![cfg(test)]`.
fn mark_tests(lines: &mut [Line]) {
    if lines.iter().any(|line| line.code.trim_start().starts_with("#![cfg(test)]")) {
        lines.iter_mut().for_each(|line| line.test = true);
        return;
    }
    // `Some(depth)` while inside a test item, where `depth` is that of its braces.
    let mut inside: Option<usize> = None;
    let mut waiting = false;
    let mut braces = 0;
    let mut others = 0_usize;
    for line in lines {
        let begins = inside.is_none() && !waiting && is_test_attribute(&line.code);
        let skip = if begins { line.code.find(']').map_or(0, |i| i + 1) } else { 0 };
        waiting |= begins;
        line.test = waiting || inside.is_some();
        for c in line.code[skip..].chars() {
            match c {
                '(' | '[' => others += 1,
                ')' | ']' => others = others.saturating_sub(1),
                '{' => {
                    braces += 1;
                    if waiting && others == 0 {
                        (inside, waiting) = (Some(braces), false);
                    }
                }
                '}' => {
                    if inside == Some(braces) {
                        inside = None;
                    }
                    braces = braces.saturating_sub(1);
                }
                ';' if waiting && others == 0 => waiting = false,
                _ => {}
            }
        }
    }
}

fn is_test_attribute(code: &str) -> bool {
    let code = code.trim_start();
    code.starts_with("#[test]") || code.starts_with("#[cfg(test)]") || code.starts_with("#[cfg(all(test,")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &[&str]) {
        assert_eq!(scan(text).iter().map(|l| l.code.trim_end()).collect::<Vec<_>>(), code);
    }

    #[test]
    fn texts_and_comments_are_no_code() {
        check(r#"a("todo!()", 'x', '\'', '\u{1F}'); // todo!()"#, &["a(\"\", '', '', '');"]);
        check("a /* b\n /* c */ d */ e", &["a", " e"]);
        check("r#\"x\" todo!() \"#; br\"y\"; for_r\"z\"", &["r\"\"; br\"\"; for_r\"\""]);
        check("\"a\\\"b\" c \"d\\\ne\" f", &["\"\" c \"", "\" f"]);
        check(
            "fn f<'a>(x: &'a str) -> &'static str { 'q' }",
            &["fn f<'a>(x: &'a str) -> &'static str { '' }"],
        );
        check("let r = r; crate::r#type", &["let r = r; crate::r#type"]);
    }

    #[test]
    fn comments_are_kept_apart() {
        let lines = scan("let x = 1; // why\n/// docs\n/* one\ntwo */");
        assert_eq!(
            lines.iter().map(|l| l.comment.as_str()).collect::<Vec<_>>(),
            ["/ why", "// docs", " one", "two "]
        );
    }

    #[test]
    fn test_items_are_marked() {
        let marked =
            |text: &str| scan(text).iter().map(|l| if l.test { 't' } else { '.' }).collect::<String>();
        assert_eq!(marked("fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}"), ".tttt.");
        assert_eq!(marked("#[cfg(test)]\nmod tests;\nfn c() {}"), "tt.");
        assert_eq!(marked("#[test]\nfn a(x: [u8; 2]) {\n}\nfn b() {}"), "ttt.");
        assert_eq!(marked("#![cfg(test)]\nfn a() {}"), "tt");
        assert_eq!(marked("#[cfg(test)] use x::{y};\nfn a() {}"), "t.");
        assert_eq!(marked("impl A {\n#[cfg(test)]\nfn a() {\n}\nfn b() {}\n}"), ".ttt..");
    }
}
