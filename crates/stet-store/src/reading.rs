//! What read a text: the stamp that tells whether it would be read alike today.

/// The revisions by which a text was made of its bytes. Two texts may be compared with each other
/// only if one reading made both: otherwise their difference may be Stet's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The revision of the extractor.
    pub extractor: i32,
    /// The revision of the source's rules, and of what was learned of its boilerplate.
    pub rules: i32,
}
