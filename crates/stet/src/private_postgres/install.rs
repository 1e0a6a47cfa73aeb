//! The command that installs Postgres on the system at hand.

use std::fs;

/// The command that installs Postgres here; of this major version, if one is given.
pub(super) fn command_here(major: Option<u32>) -> String {
    if cfg!(target_os = "macos") {
        return for_macos(major);
    }
    // Source: os-release(5), which names these two places in this order.
    let os_release = fs::read_to_string("/etc/os-release")
        .or_else(|_| fs::read_to_string("/usr/lib/os-release"))
        .unwrap_or_default();
    for_linux(&os_release, major)
}

/// Homebrew has no unversioned formula; 17 is the version that Stet's own container uses.
fn for_macos(major: Option<u32>) -> String {
    format!("brew install postgresql@{}", major.unwrap_or(17))
}

/// The command for the Linux that this `os-release` file describes.
fn for_linux(os_release: &str, major: Option<u32>) -> String {
    let value = |key: &str| {
        os_release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches(['"', '\'']))
            .unwrap_or_default()
    };
    // `ID_LIKE` makes Mint an Ubuntu, Rocky a Fedora and Manjaro an Arch.
    let version = |separator: &str| major.map(|n| format!("{separator}{n}")).unwrap_or_default();
    for id in value("ID").split_whitespace().chain(value("ID_LIKE").split_whitespace()) {
        return match id {
            "debian" | "ubuntu" => {
                format!("apt-get install --no-install-recommends postgresql{}", version("-"))
            }
            "fedora" | "rhel" | "centos" => match major {
                Some(major) => format!("dnf install postgresql{major}-server"),
                None => "dnf install postgresql-server".to_owned(),
            },
            "alpine" => format!("apk add postgresql{}", version("")),
            "arch" => "pacman -S postgresql".to_owned(),
            "suse" | "opensuse" => match major {
                Some(major) => format!("zypper install postgresql{major}-server"),
                None => "zypper install postgresql-server".to_owned(),
            },
            _ => continue,
        };
    }
    match major {
        Some(major) => format!("your system's package manager (the server of PostgreSQL {major})"),
        None => "your system's package manager (the PostgreSQL server)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_installs_with_apt_get() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
        assert_eq!(for_linux(debian, None), "apt-get install --no-install-recommends postgresql");
        assert_eq!(
            for_linux(debian, Some(14)),
            "apt-get install --no-install-recommends postgresql-14"
        );
    }

    #[test]
    fn a_relative_of_a_known_system_installs_as_that_one_does() {
        let mint = "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        assert!(for_linux(mint, None).starts_with("apt-get install"));
        let rocky = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n";
        assert_eq!(for_linux(rocky, None), "dnf install postgresql-server");
    }

    #[test]
    fn alpine_arch_and_macos_have_their_own_commands() {
        assert_eq!(for_linux("ID=alpine\n", Some(16)), "apk add postgresql16");
        assert_eq!(for_linux("ID=arch\n", None), "pacman -S postgresql");
        assert_eq!(for_macos(Some(16)), "brew install postgresql@16");
    }

    #[test]
    fn an_unknown_system_is_told_what_to_look_for() {
        assert_eq!(
            for_linux("", Some(15)),
            "your system's package manager (the server of PostgreSQL 15)"
        );
    }
}
