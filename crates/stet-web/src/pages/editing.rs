//! What the pages have in common on which editors change how a source is watched.

use stet_store::audit::{Action, Subject};

use crate::Site;
use crate::error::PageError;
use crate::session::{self, Visitor};

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

/// Puts down what an editor did: the one place through which all of these pages tell.
pub(super) async fn note(
    site: &Site,
    visitor: &Visitor,
    action: Action,
    subject: Subject<'_>,
) -> Result<(), PageError> {
    let actor = visitor.actor();
    Ok(site.store.note(session::deed(site, &actor, ""), action, subject).await?)
}
