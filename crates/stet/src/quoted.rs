//! Text of others on a terminal.

/// A text in quotes, as it is, but for what would end the quotation or steer the terminal.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if steers(c) => quoted.extend(c.escape_default()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character ends a line, is a control, or turns the direction of what follows.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_stays_readable_in_any_script_and_steers_no_terminal() {
        assert_eq!(quoted("นายกฯ พูดถึง é"), "\"นายกฯ พูดถึง é\"");
        assert_eq!(quoted("a\nb\x1b[2J\u{202e}"), r#""a\nb\u{1b}[2J\u{202e}""#);
        assert_eq!(quoted(r#"say "no" \"#), r#""say \"no\" \\""#);
    }
}
