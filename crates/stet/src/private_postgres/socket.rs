//! The folder of the socket: beside the cluster, or a short one where that path will not do.

use std::collections::hash_map::RandomState;
use std::env;
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::PostgresError;
use super::layout::{Layout, make_private_folder};

/// The port in the socket's name. Nothing listens on a network, so it need not be free.
pub(super) const PORT: u16 = 5432;

/// The longest path of a socket, in bytes.
/// Source: `sun_path` has 108 bytes on Linux and 104 on macOS and the BSDs, with the final NUL.
const LONGEST: usize = 103;

/// The folder of the socket, for its owner alone, empty of what a killed server has left.
pub(super) fn prepare(layout: &Layout, account: &Account) -> Result<PathBuf, PostgresError> {
    let dir = layout.socket_dir();
    let dir = if fits(&dir) {
        if !is_private(&dir, account) {
            // What is there instead was left by a Stet killed between making and giving it away.
            let _ = fs::remove_dir(&dir);
            make_private_folder(&dir, account)?;
        }
        dir
    } else {
        short_folder(layout, account)?
    };
    // The lock beside the socket names a process like postmaster.pid does, and would stop
    // Postgres just so if a stranger has that number now. The folder is this server's alone.
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        let path = dir.join(name);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(PostgresError::io("remove", &path)(e));
            }
            _ => {}
        }
    }
    Ok(dir)
}

/// Removes a short folder again: it lies in a place that others clean.
pub(super) fn clear_away(layout: &Layout, dir: &Path) {
    if dir != layout.socket_dir() && fs::remove_dir(dir).is_ok() {
        // A note that is left names no folder and is then ignored.
        let _ = fs::remove_file(layout.socket_note());
    }
}

/// The short folder that was noted at the last start, if it is still this user's; or a new one.
fn short_folder(layout: &Layout, account: &Account) -> Result<PathBuf, PostgresError> {
    let note = layout.socket_note();
    if let Ok(noted) = fs::read_to_string(&note) {
        let noted = PathBuf::from(noted);
        if fits(&noted) && is_private(&noted, account) {
            return Ok(noted);
        }
    }
    let dir = parents(account)
        .into_iter()
        // Making a folder fails where something stands, so a name that is guessed or taken
        // cannot put anybody else's folder in its place.
        .map(|parent| parent.join(format!("stet-{:016x}", random())))
        .find(|dir| {
            fits(dir) && make_private_folder(dir, account).is_ok() && is_private(dir, account)
        })
        .ok_or_else(|| {
            let source = std::io::Error::other(
                "its path will not do for a socket, and no short one can be made",
            );
            PostgresError::io("use as the socket's folder", &layout.socket_dir())(source)
        })?;
    fs::write(&note, dir.as_os_str().as_encoded_bytes())
        .map_err(PostgresError::io("write", &note))?;
    layout.adopt(&note, account)?;
    Ok(dir)
}

/// Where a short folder may be made, best first.
fn parents(account: &Account) -> Vec<PathBuf> {
    let own = (!account.is_another_user()).then(|| env::var_os("XDG_RUNTIME_DIR")).flatten();
    own.map(PathBuf::from)
        .into_iter()
        .chain([env::temp_dir(), PathBuf::from("/tmp")])
        .filter(|parent| parent.is_absolute() && account.check_way_to(parent).is_ok())
        .collect()
}

/// Whether a socket in this folder has a path that the kernel and a URL can hold, and that libpq
/// (psql) does not take for a list of hosts.
fn fits(dir: &Path) -> bool {
    let name = format!("/.s.PGSQL.{PORT}");
    dir.to_str().is_some_and(|dir| dir.len() + name.len() <= LONGEST && !dir.contains(','))
}

/// Whether this is a folder, not a link to one, and closed to all but its owner, this user.
fn is_private(dir: &Path, account: &Account) -> bool {
    fs::symlink_metadata(dir).is_ok_and(|there| {
        there.is_dir()
            && there.uid() == account.uid()
            && there.permissions().mode() & 0o777 == 0o700
    })
}

/// A number that cannot be foretold: the standard library seeds its hash tables from the system.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
