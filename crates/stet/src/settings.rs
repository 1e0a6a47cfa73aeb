//! The settings: each an option and an environment variable of the same name. None is needed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use stet_core::Address;
use stet_poller::fetch::AllowList;
use stet_web::Submissions;
use url::Url;

/// What an operator may choose.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Settings {
    /// The Postgres database to use, as `postgres://user:password@host/name`; without it Stet makes
    /// and runs a private one in its data directory
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// Where the private Postgres keeps its data [default: ./data, for root /var/lib/stet]
    #[arg(long, global = true, env = "STET_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// The folder of Postgres' programs (initdb, postgres), where they are not in a usual place
    #[arg(long, global = true, env = "STET_PG_BIN", value_name = "DIR")]
    pub(crate) pg_bin: Option<PathBuf>,

    /// The address and port on which pages are served
    #[arg(
        long,
        global = true,
        env = "STET_LISTEN",
        value_name = "IP:PORT",
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) listen: SocketAddr,

    /// The address under which readers reach Stet, for links in feeds [default: from --listen]
    #[arg(long, global = true, env = "STET_BASE_URL", value_name = "URL", value_parser = base_url)]
    pub(crate) base_url: Option<Url>,

    /// A password for editors; without it a login link is printed at the start
    #[arg(long, global = true, env = "STET_PASSWORD", hide_env_values = true)]
    pub(crate) password: Option<String>,

    /// Who may add articles: `editors`, or `open` for anyone, at a limited rate
    #[arg(
        long,
        global = true,
        env = "STET_SUBMISSIONS",
        value_name = "WHO",
        default_value = "editors"
    )]
    pub(crate) submissions: Submissions,

    /// The language in which pages and feeds speak [default: en]
    #[arg(long, global = true, env = "STET_LANGUAGE", value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,

    /// A web or mail address of yours, which sites that are visited see in the User-Agent
    #[arg(long, global = true, env = "STET_CONTACT", value_name = "ADDRESS")]
    pub(crate) contact: Option<String>,

    /// The least gap between two requests to one host; `0s` for a site of your own
    #[arg(long, global = true, env = "STET_HOST_GAP", value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    pub(crate) host_gap: Duration,

    /// Exact ip:port pairs, with commas between them, that may be visited although they are not
    /// public: a site on your own network
    #[arg(
        long,
        global = true,
        env = "STET_FETCH_ALLOW",
        value_name = "PAIRS",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) fetch_allow: AllowList,

    /// A hub (`WebSub`): feeds name it, and it is told of what changes
    #[arg(long, global = true, env = "STET_HUB", value_name = "URL", value_parser = hub)]
    pub(crate) hub: Option<Address>,

    /// What to log, as tracing's filters say it: `info`, `debug`, `stet_poller=debug,info`
    #[arg(long, global = true, env = "STET_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
}

impl Settings {
    /// Takes variables that are set to nothing, as compose files do, for unset.
    pub(crate) fn without_empty(mut self) -> Self {
        let texts = [
            &mut self.database_url,
            &mut self.password,
            &mut self.language,
            &mut self.contact,
            &mut self.log,
        ];
        for text in texts {
            text.take_if(|text| text.is_empty());
        }
        self
    }

    /// The address for links, with a slash at its end.
    pub(crate) fn base_url(&self, listening: SocketAddr) -> anyhow::Result<Url> {
        if let Some(url) = &self.base_url {
            return Ok(url.clone());
        }
        let url = if listening.ip().is_unspecified() {
            format!("http://localhost:{}/", listening.port())
        } else {
            format!("http://{listening}/")
        };
        Ok(Url::parse(&url)?)
    }
}

/// The address of a hub.
fn hub(text: &str) -> Result<Address, String> {
    Address::parse(text).map_err(|error| error.to_string())
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("it must begin with http:// or https:// and a host".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("it must end after the host: Stet has a site of its own".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_where_stet_listens_unless_told_otherwise() {
        let settings = |arguments: &[&str]| {
            <crate::Cli as clap::Parser>::parse_from([&["stet", "serve"], arguments].concat())
                .settings
        };
        let listening = "0.0.0.0:8080".parse().unwrap();
        let base = |arguments| settings(arguments).base_url(listening).unwrap().to_string();
        assert_eq!(base(&[]), "http://localhost:8080/");
        assert_eq!(base(&["--base-url", "https://stet.example"]), "https://stet.example/");
    }

    #[test]
    fn a_password_that_is_empty_is_none() {
        let cli = <crate::Cli as clap::Parser>::parse_from(["stet", "serve", "--password", ""]);
        assert_eq!(cli.settings.without_empty().password, None);
    }

    #[test]
    fn a_base_address_without_a_host_is_refused() {
        assert!(base_url("mailto:me@example.com").is_err());
        assert!(base_url("https://example.com/stet/").is_err());
    }
}
