//! What the measurement (`checks`) and the stress driver (`stress`) share: a news site on loopback,
//! `psql`, processes, and chance that a seed repeats.
//!
//! Both drive the program that is shipped, from outside, over a Postgres that `stet with-postgres`
//! makes for them.

pub mod chance;
pub mod processes;
pub mod psql;
pub mod site;
