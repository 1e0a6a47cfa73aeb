//! Files that are there whole or not at all.

use std::path::{Path, PathBuf};

use anyhow::bail;

/// Where a file or a directory is written until it is whole; an error if it is there already, or if
/// another one was left unfinished.
pub(crate) fn part_of(path: &Path) -> anyhow::Result<PathBuf> {
    if path.exists() {
        bail!("{} exists already", path.display());
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    if part.exists() {
        bail!("{} is left from another time: remove it first", part.display());
    }
    Ok(part)
}
