//! The link format (RFC 6690), which is also the form of the `Link` header (RFC 8288).

use std::fmt;

use super::TimeMapError;

/// One link with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: String,
    parameters: Vec<(String, String)>,
}

impl Link {
    /// A link with this relation or, parted by spaces, these.
    #[must_use]
    pub fn new(target: impl Into<String>, rel: &str) -> Self {
        let parameters = vec![("rel".to_owned(), rel.to_owned())];
        Self { target: target.into(), parameters }
    }

    /// The link with one parameter more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    /// A parameter's value, by its name in lower case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let known = self.parameters.iter().find(|(known, _)| known == name);
        known.map(|(_, value)| value.as_str())
    }

    /// Whether the link is of this relation.
    #[must_use]
    pub fn has_rel(&self, rel: &str) -> bool {
        let rels = self.parameter("rel").unwrap_or_default();
        rels.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(rel))
    }
}

/// As it stands in a header or a TimeMap.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.target)?;
        for (name, value) in &self.parameters {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            write!(f, "; {name}=\"{value}\"")?;
        }
        Ok(())
    }
}

/// Reads links that are parted by commas.
pub(super) fn read(text: &str) -> Result<Vec<Link>, TimeMapError> {
    let mut links = Vec::new();
    let mut rest = text.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    while !rest.is_empty() {
        let (link, after) = read_one(rest)?;
        links.push(link);
        rest = after.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    }
    Ok(links)
}

fn malformed(words: &str) -> TimeMapError {
    TimeMapError::Malformed(words.to_owned())
}

/// Reads one link; returns it with what follows.
fn read_one(text: &str) -> Result<(Link, &str), TimeMapError> {
    let inner =
        text.strip_prefix('<').ok_or_else(|| malformed("a link does not begin with '<'"))?;
    let (target, rest) =
        inner.split_once('>').ok_or_else(|| malformed("'<' without its '>' and ';'"))?;
    let mut link = Link { target: target.trim().to_owned(), parameters: Vec::new() };
    let mut rest = rest.trim_start();
    if !rest.is_empty() && !rest.starts_with([';', ',']) {
        return Err(malformed("'<' without its '>' and ';'"));
    }
    while let Some(parameter) = rest.strip_prefix(';') {
        let parameter = parameter.trim_start();
        let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
        let (name, after) = parameter.split_at(end);
        let (value, after) = match after.strip_prefix('=') {
            Some(value) => read_value(value.trim_start())?,
            None => (String::new(), after),
        };
        link.parameters.push((name.trim().to_ascii_lowercase(), value));
        rest = after.trim_start();
    }
    Ok((link, rest))
}

/// Reads a value, quoted or not; returns it with what follows.
fn read_value(text: &str) -> Result<(String, &str), TimeMapError> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',', '\n']).unwrap_or(text.len());
        return Ok((text[..end].trim().to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    Err(malformed("a quotation mark is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_was_written_is_read_again() {
        let link = Link::new("https://a.example/?b=1,2;c", "memento first")
            .with("datetime", "Fri, 09 Sep 2016 17:44:00 GMT")
            .with("title", "a \"quoted\" \\ one");
        let text = format!("{link}, {link}");
        assert_eq!(read(&text).unwrap(), [link.clone(), link.clone()]);
        assert!(link.has_rel("memento") && link.has_rel("FIRST") && !link.has_rel("mem"));
    }

    #[test]
    fn what_breaks_off_is_an_error() {
        for wrong in ["<a", "<a> b", "a", "<a>; rel=\"x", "<a>; rel=x, b"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
