//! `postmaster.pid`: what a running Postgres says about itself, and a dead one has left behind.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tracing::info;

use super::error::PostgresError;

/// What a Postgres server says about itself in `postmaster.pid`.
/// Source: `src/include/utils/pidfile.h` of PostgreSQL, the same lines since version 10.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    /// Line 1: the server's process.
    pub(super) pid: u32,
    /// Line 4: the port, which a socket carries in its name.
    pub(super) port: u16,
    /// Line 5: the folder of the socket.
    pub(super) socket_dir: PathBuf,
    /// Line 8: whether connections are let in.
    pub(super) is_ready: bool,
}

impl PidFile {
    /// What the server of this cluster says; nothing if there is none or it has yet to say all.
    pub(super) fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3)?.parse().ok()?,
            socket_dir: PathBuf::from(lines.get(4)?),
            is_ready: *lines.get(7)? == "ready",
        })
    }
}

/// Removes a `postmaster.pid` that would keep Postgres from starting although nothing runs.
///
/// Postgres gives up if the process named there lives, whoever it is, if the file is empty and if
/// it holds no number. A file that names no process at all is left for Postgres to judge by: it
/// then also looks for shared memory still in use.
///
/// The caller holds the locks, so no server that a Stet has started is there.
pub(super) fn heal(cluster: &Path) -> Result<(), PostgresError> {
    let path = cluster.join("postmaster.pid");
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(PostgresError::io("read", &path)(e)),
    };
    let pid = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok());
    match pid.map(|pid| (pid, Process::of(pid, cluster))) {
        Some((_, Process::Gone)) => return Ok(()),
        Some((pid, Process::OfCluster)) => {
            return Err(PostgresError::RunningOutside { pid, cluster: cluster.to_owned() });
        }
        Some((pid, Process::Stranger)) => {
            info!(pid, "removing a stale postmaster.pid: its process is not this server");
        }
        None => info!("removing a postmaster.pid without a process number"),
    }
    fs::remove_file(&path).map_err(PostgresError::io("remove", &path))
}

/// The server of this cluster, if it lives.
pub(super) fn living_server(cluster: &Path) -> Option<u32> {
    let pid = PidFile::read(cluster)?.pid;
    (Process::of(pid, cluster) == Process::OfCluster).then_some(pid)
}

/// Who a process number belongs to.
#[derive(Debug, PartialEq, Eq)]
enum Process {
    /// Nobody.
    Gone,
    /// A Postgres that runs on the cluster asked about.
    OfCluster,
    /// Something else, or one that has ended and waits to be buried.
    Stranger,
}

impl Process {
    fn of(pid: u32, cluster: &Path) -> Self {
        if !Path::new("/proc/self").exists() {
            return Self::said_by_ps(pid, cluster);
        }
        let proc = PathBuf::from(format!("/proc/{pid}"));
        let Ok(command) = fs::read(proc.join("cmdline")) else { return Self::Gone };
        if command.is_empty() {
            // A zombie: in a container whose first process buries nobody they stay for ever.
            return Self::Stranger;
        }
        // Every Postgres process has its cluster as working directory, and nothing else tells
        // this server from another one of the same user: the number may now be that one's.
        let is_of_cluster = match fs::read_link(proc.join("cwd")) {
            Ok(cwd) => cwd == cluster,
            Err(_) => mentions(&command, cluster),
        };
        if is_of_cluster { Self::OfCluster } else { Self::Stranger }
    }

    /// The same where there is no `/proc` (macOS).
    fn said_by_ps(pid: u32, cluster: &Path) -> Self {
        match Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output() {
            Ok(output) if output.status.success() => {
                if mentions(&output.stdout, cluster) {
                    Self::OfCluster
                } else {
                    Self::Stranger
                }
            }
            _ => Self::Gone,
        }
    }
}

fn mentions(command: &[u8], cluster: &Path) -> bool {
    let cluster = cluster.as_os_str().as_encoded_bytes();
    command.windows(cluster.len()).any(|part| part == cluster)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::process::Stdio;

    use super::*;

    fn cluster_with(pid_file: &str) -> tempfile::TempDir {
        let cluster = tempfile::tempdir().unwrap();
        fs::write(cluster.path().join("postmaster.pid"), pid_file).unwrap();
        cluster
    }

    #[test]
    fn a_ready_server_is_read_with_its_socket() {
        let text = "42\n/data/cluster\n1700000000\n5432\n/data/socket\n\n  123  456\nready   \n";
        assert_eq!(
            PidFile::parse(text),
            Some(PidFile {
                pid: 42,
                port: 5432,
                socket_dir: PathBuf::from("/data/socket"),
                is_ready: true,
            })
        );
    }

    #[test]
    fn a_file_that_is_still_being_written_says_nothing() {
        assert_eq!(PidFile::parse("42\n/data/cluster\n1700000000\n5432\n"), None);
    }

    #[test]
    fn an_empty_file_is_removed() {
        let cluster = cluster_with("");
        heal(cluster.path()).unwrap();
        assert!(!cluster.path().join("postmaster.pid").exists());
    }

    #[test]
    fn a_file_that_names_a_stranger_is_removed() {
        let cluster = cluster_with(&format!("{}\n/x\n", std::process::id()));
        heal(cluster.path()).unwrap();
        assert!(!cluster.path().join("postmaster.pid").exists());
    }

    #[test]
    fn a_file_that_names_nobody_is_left_for_postgres_to_judge() {
        // Above every system's highest process number.
        let cluster = cluster_with("2147483646\n/x\n");
        heal(cluster.path()).unwrap();
        assert!(cluster.path().join("postmaster.pid").exists());
    }

    #[test]
    fn a_process_in_the_cluster_is_not_disturbed() {
        let cluster = tempfile::tempdir().unwrap();
        let cluster = cluster.path().canonicalize().unwrap();
        let mut child = Command::new("/bin/cat")
            .current_dir(&cluster)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Its answer shows that it is `cat` by now, and no longer on the way to it.
        child.stdin.as_mut().unwrap().write_all(b"?").unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        fs::write(cluster.join("postmaster.pid"), format!("{}\n", child.id())).unwrap();
        let error = heal(&cluster).unwrap_err();
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(matches!(error, PostgresError::RunningOutside { .. }), "{error}");
    }
}
