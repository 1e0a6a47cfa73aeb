use sqlx::PgPool;

use super::*;
use crate::MIGRATOR;
use crate::audit::Actor;
use crate::fixture::minute;

fn deed(minutes: i64) -> Deed<'static> {
    Deed { actor: &Actor::Operator, reason: "", at: minute(minutes) }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_name_is_taken_in_any_case(pool: PgPool) {
    let store = Store::new(pool);
    assert!(store.add_editor("Ann", deed(0)).await.unwrap().is_some());
    assert_eq!(store.add_editor("ann", deed(0)).await.unwrap(), None);
    assert_eq!(store.find_editor("ANN").await.unwrap().unwrap().name, "Ann");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_sets_a_password_once_and_ends_older_sessions(pool: PgPool) {
    let store = Store::new(pool);
    let ann = store.add_editor("Ann", deed(0)).await.unwrap().unwrap();
    assert_eq!(store.editor_password("Ann").await.unwrap(), None);
    let older = store.create_password_link(&ann, deed(0)).await.unwrap();
    let link = store.create_password_link(&ann, deed(0)).await.unwrap();
    assert_eq!(store.password_link(&older, minute(1)).await.unwrap(), None);
    assert_eq!(store.password_link(&link, minute(1)).await.unwrap(), Some(ann.clone()));
    assert_eq!(store.password_link(&link, minute(0) + LOGIN_TOKEN_LIFE).await.unwrap(), None);
    let session = store.create_session_of(Some(ann.id), minute(1)).await.unwrap();
    assert!(store.set_password(&ann, "hash", Some(&link), deed(2)).await.unwrap());
    assert!(!store.set_password(&ann, "other", Some(&link), deed(2)).await.unwrap());
    assert_eq!(store.editor_password("ann").await.unwrap().unwrap().1, "hash");
    assert_eq!(store.session(&session, minute(2)).await.unwrap(), None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_is_disabled_has_no_session_link_or_password(pool: PgPool) {
    let store = Store::new(pool);
    let ann = store.add_editor("Ann", deed(0)).await.unwrap().unwrap();
    store.set_password(&ann, "hash", None, deed(0)).await.unwrap();
    let link = store.create_password_link(&ann, deed(0)).await.unwrap();
    let session = store.create_session_of(Some(ann.id), minute(0)).await.unwrap();
    let open = store.session(&session, minute(1)).await.unwrap().unwrap();
    assert_eq!(open.editor.as_ref(), Some(&ann));
    store.set_editor_enabled(&ann, false, deed(1)).await.unwrap();
    assert_eq!(store.session(&session, minute(2)).await.unwrap(), None);
    assert_eq!(store.password_link(&link, minute(2)).await.unwrap(), None);
    assert_eq!(store.editor_password("Ann").await.unwrap(), None);
    assert!(!store.set_password(&ann, "new", None, deed(2)).await.unwrap());
    store.set_editor_enabled(&ann, true, deed(3)).await.unwrap();
    assert_eq!(store.editor_password("Ann").await.unwrap().unwrap().1, "hash");
}
