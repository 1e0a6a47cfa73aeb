//! `stet warc`: what was fetched, out to WARC files; what others captured, in from them.

mod export;
mod import;

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Subcommand;

use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum WarcCommand {
    /// Write what was fetched to a WARC 1.1 file
    Export(export::ExportArgs),
    /// Take in what others captured: articles in WARC files become histories that they observed
    Import(import::ImportArgs),
}

/// Does it.
pub(crate) fn run(settings: &Settings, command: &WarcCommand) -> anyhow::Result<ExitCode> {
    match command {
        WarcCommand::Export(args) => export::run(settings, args),
        WarcCommand::Import(args) => import::run(settings, args),
    }
}

/// Reads `2016-09-09` (its beginning, UTC) or `2016-09-09T17:44:00Z`.
pub(crate) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let moment = || DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    day().or_else(moment).ok_or_else(|| "neither 2016-09-09 nor 2016-09-09T17:44:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_day_or_a_second_of_it() {
        let shown = |text| moment(text).map(|at| at.to_string());
        assert_eq!(shown("2016-09-09"), Ok("2016-09-09 00:00:00 UTC".to_owned()));
        assert_eq!(shown("2016-09-09T19:44:00+02:00"), Ok("2016-09-09 17:44:00 UTC".to_owned()));
        assert!(shown("yesterday").is_err());
    }
}
