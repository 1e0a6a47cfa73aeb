//! Where Postgres' programs are: `initdb` and `postgres` in one folder, of one major version.

use std::collections::HashSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::PostgresError;
use super::install;

/// The oldest major version that Stet works with.
/// Source: the oldest that had PostgreSQL's own support when Stet was written.
pub(crate) const OLDEST_MAJOR: u32 = 14;

/// Folders with a version in their name: (parent, start of the name, rest of the path).
const VERSIONED: [(&str, &str, &str); 9] = [
    // Debian and Ubuntu.
    ("/usr/lib/postgresql", "", "bin"),
    // PostgreSQL's own packages for Fedora, RHEL and SUSE.
    ("/usr", "pgsql-", "bin"),
    // SUSE.
    ("/usr/lib", "postgresql", "bin"),
    // Gentoo.
    ("/usr/lib64", "postgresql-", "bin"),
    // Alpine.
    ("/usr/libexec", "postgresql", ""),
    // Homebrew: Apple silicon, Intel, Linux.
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    // Postgres.app.
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Where to look for Postgres' programs.
#[derive(Debug, Clone)]
pub(crate) struct SearchPlaces(Vec<PathBuf>);

impl SearchPlaces {
    /// These folders and no others: `STET_PG_BIN`, or a test's own.
    pub(crate) fn only(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(folders.into_iter().collect())
    }

    /// Where the packages of common systems put them, where `pg_config` says, and `PATH`.
    pub(crate) fn of_this_system() -> Self {
        let mut folders = Vec::new();
        for (parent, start, rest) in VERSIONED {
            folders.extend(folders_in(Path::new(parent), start).map(|folder| folder.join(rest)));
        }
        folders.push(PathBuf::from("/usr/local/pgsql/bin"));
        folders.extend(said_by(Path::new("pg_config"), "--bindir").map(PathBuf::from));
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        Self(folders)
    }
}

/// Postgres' programs, all of one major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// The folder that they are in.
    pub(super) dir: PathBuf,
    /// Their major version.
    pub(super) major: u32,
}

impl Binaries {
    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The newest programs, to make a new cluster with.
    pub(super) fn newest(places: &SearchPlaces) -> Result<Self, PostgresError> {
        all_in(places)
            .into_iter()
            .filter(|found| found.major >= OLDEST_MAJOR)
            // The last of equals is the maximum, and the first place is the best.
            .rev()
            .max_by_key(|found| found.major)
            .ok_or_else(|| PostgresError::BinariesMissing {
                oldest: OLDEST_MAJOR,
                looked_in: places.0.clone(),
                install: install::command_here(None),
            })
    }

    /// The programs for an existing cluster, which only its own major version can read.
    pub(super) fn of_major(
        places: &SearchPlaces,
        needs: u32,
        cluster: &Path,
    ) -> Result<Self, PostgresError> {
        let all = all_in(places);
        let mut found: Vec<u32> = all.iter().map(|found| found.major).collect();
        found.sort_unstable();
        found.dedup();
        all.into_iter().find(|found| found.major == needs).ok_or_else(|| {
            PostgresError::WrongMajor {
                cluster: cluster.to_owned(),
                needs,
                found,
                install: install::command_here(Some(needs)),
            }
        })
    }
}

/// Every usable set of programs, in the order of the places, each folder once.
fn all_in(places: &SearchPlaces) -> Vec<Binaries> {
    let mut seen = HashSet::new();
    places
        .0
        .iter()
        // Where a link leads to, the rest of the programs is: beside the link there is only what
        // somebody has linked.
        .filter_map(|folder| {
            Some(fs::canonicalize(folder.join("postgres")).ok()?.parent()?.to_owned())
        })
        .filter(|folder| seen.insert(folder.clone()))
        .filter_map(|dir| {
            // A lone `postgres` is of no use, and two programs of different versions make a
            // cluster that the server then refuses.
            let major = major_of(&dir.join("postgres"))?;
            (major_of(&dir.join("initdb"))? == major).then_some(Binaries { dir, major })
        })
        .collect()
}

/// The major version that a program of Postgres says it is.
fn major_of(program: &Path) -> Option<u32> {
    if !program.is_file() {
        return None;
    }
    parse_major(&said_by(program, "--version")?)
}

/// What a program prints when asked with one option, if it ends well.
fn said_by(program: &Path, option: &str) -> Option<String> {
    let output = Command::new(program).arg(option).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Reads `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`; also `18devel`, `17beta1`.
fn parse_major(version: &str) -> Option<u32> {
    let (_, number) = version.split_once("(PostgreSQL) ")?;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..digits].parse().ok()
}

fn folders_in(parent: &Path, start: &str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(move |entry| starts_with(&entry.file_name(), start))
        .map(|entry| entry.path())
}

fn starts_with(name: &OsStr, start: &str) -> bool {
    name.as_encoded_bytes().starts_with(start.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with programs that say they are of this version.
    ///
    /// A shell writes them: a file that this process has had open for writing cannot be run while
    /// a child just forked by another test still holds a copy of the descriptor.
    fn programs(names: &[&str], version: &str) -> tempfile::TempDir {
        const WRITE: &str = r#"for name; do
            printf '#!/bin/sh\necho "%s (PostgreSQL) %s"\n' "$name" "$VERSION" >"$name" &&
            chmod 755 "$name"
        done"#;
        let dir = tempfile::tempdir().unwrap();
        let written = Command::new("/bin/sh")
            .args(["-c", WRITE, "sh"])
            .args(names)
            .env("VERSION", version)
            .current_dir(dir.path())
            .status()
            .unwrap();
        assert!(written.success());
        dir
    }

    fn places(dirs: &[&tempfile::TempDir]) -> SearchPlaces {
        SearchPlaces::only(dirs.iter().map(|dir| dir.path().to_owned()))
    }

    #[test]
    fn the_newest_version_is_chosen() {
        let old = programs(&["initdb", "postgres"], "15.3");
        let new = programs(&["initdb", "postgres"], "17beta1");
        assert_eq!(Binaries::newest(&places(&[&old, &new])).unwrap().major, 17);
    }

    #[test]
    fn an_existing_cluster_gets_its_own_version() {
        let old = programs(&["initdb", "postgres"], "15.3");
        let new = programs(&["initdb", "postgres"], "17.0");
        let cluster = Path::new("/somewhere/cluster");
        let found = Binaries::of_major(&places(&[&new, &old]), 15, cluster).unwrap();
        assert_eq!(found.major, 15);
    }

    #[test]
    fn a_postgres_without_initdb_beside_it_is_passed_over() {
        let lone = programs(&["postgres"], "17.0");
        let whole = programs(&["initdb", "postgres"], "15.3");
        assert_eq!(Binaries::newest(&places(&[&lone, &whole])).unwrap().major, 15);
    }

    #[test]
    fn a_link_leads_to_the_folder_with_all_programs() {
        let whole = programs(&["initdb", "postgres"], "15.3");
        let links = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(whole.path().join("postgres"), links.path().join("postgres"))
            .unwrap();
        let found = Binaries::newest(&places(&[&links])).unwrap();
        assert_eq!(found.dir, whole.path().canonicalize().unwrap());
    }

    #[test]
    fn missing_programs_are_reported_with_the_places_and_the_command() {
        let empty = programs(&[], "");
        let message = Binaries::newest(&places(&[&empty])).unwrap_err().to_string();
        assert!(message.starts_with("Postgres is not installed"), "{message}");
        assert!(message.contains(&empty.path().display().to_string()), "{message}");
        assert!(message.contains(&install::command_here(None)), "{message}");
    }

    #[test]
    fn a_version_too_old_for_stet_counts_as_missing() {
        let old = programs(&["initdb", "postgres"], "9.6.24");
        let message = Binaries::newest(&places(&[&old])).unwrap_err().to_string();
        assert!(message.contains("version 14 or newer"), "{message}");
    }

    #[test]
    fn a_cluster_of_another_version_names_the_version_it_needs() {
        let new = programs(&["initdb", "postgres"], "17.0");
        let cluster = Path::new("/somewhere/cluster");
        let message = Binaries::of_major(&places(&[&new]), 14, cluster).unwrap_err().to_string();
        assert!(message.contains("was made by Postgres 14 and needs that version"), "{message}");
        assert!(message.contains("only 17 was found"), "{message}");
        assert!(message.contains(&install::command_here(Some(14))), "{message}");
    }
}
