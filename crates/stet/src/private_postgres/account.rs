//! The user that Postgres runs as: Stet's own, or another where Stet is root, whom it refuses.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::PostgresError;

/// What of Stet's environment Postgres gets to see. The rest may hold secrets (`STET_PASSWORD`)
/// or settings meant for other servers (`PGDATA`, `PGPORT`).
const ENVIRONMENT: [&str; 4] = ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// Enters each folder given and prints the first that refuses: the kernel itself answers, with
/// its access lists, user namespaces and mounts.
const ENTER_EACH: &str =
    r#"for folder; do cd "$folder" 2>/dev/null || { printf %s "$folder"; exit 1; }; done"#;

/// The user that Postgres runs as.
#[derive(Debug, Clone)]
pub(super) struct Account {
    /// The user's number.
    uid: u32,
    /// The group to switch to, if Stet has to switch at all.
    switch_to_group: Option<u32>,
    /// The user's name, or its number where it has none.
    name: String,
}

impl Account {
    /// The user for a cluster in this folder, neither of which need exist yet.
    pub(super) fn for_cluster_in(dir: &Path) -> Result<Self, PostgresError> {
        let me = effective_uid();
        let owner_of =
            |path: &Path| fs::metadata(path).ok().map(|there| (there.uid(), there.gid()));
        // Root's folder holds another user's cluster.
        let owner = match owner_of(dir) {
            Some((0, _)) if me == 0 => owner_of(&dir.join("cluster")),
            owner => owner,
        };
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        match (me, owner) {
            // Whoever made it before can go on with it: a service moved to root keeps its data.
            (0, Some((uid, gid))) if uid != 0 => {
                let name = name_of(&passwd, uid).unwrap_or_else(|| uid.to_string());
                Ok(Self { uid, switch_to_group: Some(gid), name })
            }
            (0, _) => {
                let (uid, gid, name) = ["postgres", "_postgres"]
                    .into_iter()
                    .find_map(|name| numbers_of(&passwd, name).map(|(u, g)| (u, g, name)))
                    .ok_or(PostgresError::NoAccount)?;
                Ok(Self { uid, switch_to_group: Some(gid), name: name.to_owned() })
            }
            (me, Some((owner, _))) if owner != me => {
                Err(PostgresError::WrongOwner { dir: dir.to_owned(), owner, me })
            }
            (me, _) => {
                let name = name_of(&passwd, me).unwrap_or_else(|| me.to_string());
                Ok(Self { uid: me, switch_to_group: None, name })
            }
        }
    }

    /// The user's number.
    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether this is another user than Stet's own.
    pub(super) fn is_another_user(&self) -> bool {
        self.switch_to_group.is_some()
    }

    /// A command to run as this user, away from Stet's folder, environment and terminal.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir("/").stdin(Stdio::null());
        for name in ENVIRONMENT {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
        // The messages that are read by people and by this module are the untranslated ones.
        command.env("LC_ALL", "C");
        if let Some(gid) = self.switch_to_group {
            // The standard library also drops root's supplementary groups.
            command.uid(self.uid).gid(gid);
        }
        command
    }

    /// Gives a file or folder that Stet has just made to this user.
    pub(super) fn own(&self, path: &Path) -> Result<(), PostgresError> {
        let Some(gid) = self.switch_to_group else { return Ok(()) };
        // The link itself, if somebody has put one there.
        lchown(path, Some(self.uid), Some(gid)).map_err(PostgresError::io("give away", path))
    }

    /// Checks that this user can enter a folder and every folder above it.
    pub(super) fn check_way_to(&self, goal: &Path) -> Result<(), PostgresError> {
        if !self.is_another_user() {
            return Ok(());
        }
        let mut folders: Vec<&Path> = goal.ancestors().collect();
        folders.reverse();
        let shell = Path::new("/bin/sh");
        let output = self
            .command(shell)
            .args(["-c", ENTER_EACH, "stet"])
            .args(folders)
            .output()
            .map_err(|source| self.switching_failed(shell, &source))?;
        if output.status.success() {
            return Ok(());
        }
        Err(PostgresError::WayBlocked {
            user: self.name.clone(),
            folder: PathBuf::from(OsStr::from_bytes(&output.stdout)),
            goal: goal.to_owned(),
        })
    }

    /// Sends a signal to a process as this user, so that nobody else's can be hit.
    /// Returns whether there was such a process.
    pub(super) fn signal(&self, signal: &str, pid: u32) -> bool {
        self.command("/bin/sh")
            .args(["-c", r#"kill -s "$1" "$2""#, "stet", signal, &pid.to_string()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    fn switching_failed(&self, program: &Path, source: &io::Error) -> PostgresError {
        let text = format!("as user `{}`: {source}", self.name);
        PostgresError::io("run", program)(io::Error::new(source.kind(), text))
    }
}

/// The number of the user that Stet runs as.
pub(super) fn effective_uid() -> u32 {
    // Linux: "Uid: real effective saved filesystem", proc(5). Elsewhere `id` is asked.
    let from_proc = fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    });
    from_proc
        .or_else(|| {
            let output = Command::new("id").arg("-u").output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        })
        // Postgres itself refuses root, so that a wrong guess is never dangerous.
        .unwrap_or(u32::MAX)
}

/// User and group number of a user in a passwd(5) file.
fn numbers_of(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

/// The name of a user in a passwd(5) file.
fn name_of(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
        postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn a_user_is_found_by_name_and_by_number() {
        assert_eq!(numbers_of(PASSWD, "postgres"), Some((101, 104)));
        assert_eq!(numbers_of(PASSWD, "post"), None);
        assert_eq!(name_of(PASSWD, 101).as_deref(), Some("postgres"));
        assert_eq!(name_of(PASSWD, 102), None);
    }

    #[test]
    fn the_folder_that_is_in_the_way_is_named() {
        // Only root can be another user; for others there is no way to check.
        if effective_uid() != 0 {
            return;
        }
        let open = super::super::tests::temp_dir();
        let shut = open.path().join("shut");
        fs::create_dir(&shut).unwrap();
        fs::create_dir(shut.join("data")).unwrap();
        fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let account = Account::for_cluster_in(&shut.join("data/postgres")).unwrap();
        let error = account.check_way_to(&shut.join("data")).unwrap_err();
        assert!(
            matches!(&error, PostgresError::WayBlocked { folder, .. } if *folder == shut),
            "{error}"
        );
    }

    #[test]
    fn no_secret_of_stet_reaches_postgres() {
        let account = Account { uid: effective_uid(), switch_to_group: None, name: String::new() };
        let output = account.command("/usr/bin/env").output().unwrap();
        let seen = String::from_utf8(output.stdout).unwrap();
        let names = seen.lines().filter_map(|line| Some(line.split_once('=')?.0));
        for name in names {
            assert!(ENVIRONMENT.contains(&name) || name == "LC_ALL", "{name}");
        }
    }
}
