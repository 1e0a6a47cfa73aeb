//! What the pages have in common on which editors change how a source is watched.

use std::future::{Ready, ready};

use crate::Site;
use crate::error::PageError;
use crate::session::Visitor;

/// Lets nobody but an editor on; `here` is where to go after the login.
pub(super) fn editors_only(visitor: &Visitor, here: &str) -> Result<(), PageError> {
    match visitor.session() {
        Some(_) => Ok(()),
        None => Err(PageError::LoginNeeded { next: here.to_owned() }),
    }
}

/// Checks a form that an editor sent from `here`.
pub(super) fn check_form(
    visitor: &Visitor,
    token: Option<&str>,
    here: &str,
) -> Result<(), PageError> {
    editors_only(visitor, here)?;
    visitor.check_form(token, here.to_owned())
}

/// Puts down that an editor did something: the one place through which all of these pages tell.
pub(super) fn note(
    _site: &Site,
    _visitor: &Visitor,
    action: &'static str,
    subject: &str,
) -> Ready<Result<(), PageError>> {
    tracing::info!(action, subject, "an editor changed how something is watched");
    ready(Ok(()))
}
