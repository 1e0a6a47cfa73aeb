//! The files of a private Postgres: all in the folder `postgres` of the data directory.
//!
//! If Stet is root, that folder is root's, and Postgres' user owns only the cluster and the
//! socket's folder in it: so that user can put no link in place of a file that root writes.

use std::fs::{self, DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::PostgresError;

/// Where each file of a private Postgres is. Its paths are absolute and hold no links.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    data_dir: PathBuf,
    root: PathBuf,
}

impl Layout {
    /// The files in this data directory, which is made if it is missing; with the user who owns
    /// them, or is to own them.
    pub(super) fn in_data_dir(data_dir: &Path) -> Result<(Self, Account), PostgresError> {
        let is_new = !data_dir.exists();
        fs::create_dir_all(data_dir).map_err(PostgresError::io("make the folder", data_dir))?;
        let data_dir = data_dir
            .canonicalize()
            .map_err(PostgresError::io("find the way to the folder", data_dir))?;
        let root = data_dir.join("postgres");
        let account = Account::for_cluster_in(&root)?;
        if is_new && account.is_another_user() {
            // Root's umask may be 077, which would shut Postgres' user out of its own folder.
            set_mode(&data_dir, 0o755)?;
        }
        account.check_way_to(&data_dir)?;
        match DirBuilder::new().mode(0o700).create(&root) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => {
                return Err(PostgresError::io("make the folder", &root)(e));
            }
            _ => {}
        }
        if account.is_another_user() && owner_of(&root) == Some(0) {
            // To pass through, not to look around.
            set_mode(&root, 0o711)?;
        }
        Ok((Self { data_dir, root }, account))
    }

    /// Gives a file in the root folder to the folder's owner: root may go on with the database
    /// of an ordinary user, who is to be able to take it back.
    pub(super) fn adopt(&self, file: &Path, account: &Account) -> Result<(), PostgresError> {
        if owner_of(&self.root) == Some(account.uid()) { account.own(file) } else { Ok(()) }
    }

    /// The data directory, for messages.
    pub(super) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The folder that holds everything below.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The cluster: what Postgres calls its data directory.
    pub(super) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// A cluster that is being made.
    pub(super) fn half_made(&self) -> PathBuf {
        self.root.join("new")
    }

    /// Postgres' log, which is also the lock that every one of its processes holds.
    pub(super) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// The log before that.
    pub(super) fn old_log(&self) -> PathBuf {
        self.root.join("log.old")
    }

    /// The lock of the Stet that runs the server, with its process number in it.
    pub(super) fn owner(&self) -> PathBuf {
        self.root.join("owner")
    }

    /// The lock that every Stet shares which has joined the server of another.
    pub(super) fn guests(&self) -> PathBuf {
        self.root.join("guests")
    }

    /// The folder of the socket, if its path will do for one.
    pub(super) fn socket_dir(&self) -> PathBuf {
        self.root.join("socket")
    }

    /// The note that says where the socket's folder is if it is not here.
    pub(super) fn socket_note(&self) -> PathBuf {
        self.root.join("socket-is-in")
    }
}

/// Makes a folder for this user alone, where nothing may stand yet.
pub(super) fn make_private_folder(path: &Path, account: &Account) -> Result<(), PostgresError> {
    DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(PostgresError::io("make the folder", path))?;
    account.own(path)
}

fn owner_of(path: &Path) -> Option<u32> {
    fs::symlink_metadata(path).ok().map(|there| there.uid())
}

fn set_mode(path: &Path, mode: u32) -> Result<(), PostgresError> {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(PostgresError::io("set the permissions of", path))
}
