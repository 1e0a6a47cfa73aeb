use axum::http::{StatusCode, header};
use sqlx::PgPool;

use crate::support::{Stage, attribute, minute, says};

/// The cookie that an answer set.
fn cookie(answer: &crate::support::Answer) -> String {
    answer.header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned()
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_printed_link_shows_a_button_and_opens_one_session(pool: PgPool) {
    let stage = Stage::new(pool);
    let token = stage.store.create_login_token(minute(0)).await.unwrap();
    let link = format!("/login?token={}", token.expose());
    // Looking at it, even twice (a mail program, a preview), spends nothing.
    stage.page(&link).await;
    let page = stage.page(&link).await;
    let sent = attribute(&page, "input[name=token]", "value").unwrap();
    let form = format!("token={sent}&next=%2Fwatch%3Faddress%3Dx");

    let answer = stage.post("/login", "", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/watch?address=x");
    let set = answer.header(header::SET_COOKIE).to_owned();
    assert!(set.starts_with("stet="), "{set}");
    assert!(set.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{set}");
    let form_page = stage.get_with("/watch", &[("cookie", &cookie(&answer))]).await.body;
    says(&form_page, "Address of an article, a feed, a sitemap or a section page");

    let again = stage.post("/login", "", &form).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    says(&again.body, "This login link was used already, or is older than a day.");
    says(&again.body, "Run ‘stet token’");
    assert_eq!(again.header(header::SET_COOKIE), "");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_old_or_garbled_link_opens_nothing(pool: PgPool) {
    let stage = Stage::new(pool);
    let token = stage.store.create_login_token(minute(0)).await.unwrap();
    stage.set_seconds(60 * 60 * 24 + 1);
    for token in [token.expose(), "garbled", &"0".repeat(64)] {
        let answer = stage.post("/login", "", &format!("token={token}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        says(&answer.body, "Run ‘stet token’");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_password_opens_a_session_where_one_is_set(pool: PgPool) {
    let stage = Stage::with(pool.clone(), |settings| settings.password = Some("hush hush".into()));
    says(&stage.page("/login").await, "Password");
    let wrong = stage.post("/login", "", "password=hush").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    says(&wrong.body, "This is not the password.");
    let right = stage.post("/login", "", "password=hush+hush").await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
    assert_eq!(right.header(header::LOCATION), "/watch");

    for unset in [None, Some(String::new())] {
        let stage = Stage::with(pool.clone(), |settings| settings.password = unset);
        assert!(!stage.page("/login").await.contains("type=\"password\""));
        let answer = stage.post("/login", "", "password=").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        says(&answer.body, "No password is set for this site.");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn on_https_the_cookie_is_kept_to_this_very_host(pool: PgPool) {
    let stage = Stage::with(pool, |settings| {
        settings.base_url = "https://stet.example/".parse().unwrap();
    });
    let token = stage.store.create_login_token(minute(0)).await.unwrap();
    let answer = stage.post("/login", "", &format!("token={}", token.expose())).await;
    let set = answer.header(header::SET_COOKIE).to_owned();
    assert!(set.starts_with("__Host-stet="), "{set}");
    assert!(set.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{set}");
    assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), "max-age=31536000");
    let form = stage.get_with("/watch", &[("cookie", &cookie(&answer))]).await.body;
    says(&form, "Look at it");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_logout_ends_the_session(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    says(&stage.get_with("/login", &[("cookie", &cookie)]).await.body, "You are logged in");
    let without = stage.post("/logout", &cookie, "").await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
    let answer = stage.post("/logout", &cookie, &format!("form_token={token}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header(header::SET_COOKIE).starts_with("stet=; Path=/; Max-Age=0"));
    let after = stage.get_with("/watch", &[("cookie", &cookie)]).await.body;
    says(&after, "Only editors of this site can add articles and feeds.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_session_lasts_thirty_days(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    stage.set_seconds(60 * 60 * 24 * 30 + 1);
    let page = stage.get_with("/watch", &[("cookie", &cookie)]).await.body;
    says(&page, "Log in first");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn guessing_is_slowed_down(pool: PgPool) {
    let stage = Stage::with(pool, |settings| settings.password = Some("hush".into()));
    for _ in 0..10 {
        assert_eq!(stage.post("/login", "", "password=x").await.status, StatusCode::FORBIDDEN);
    }
    let answer = stage.post("/login", "", "password=hush").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header(header::RETRY_AFTER).is_empty());
    says(&answer.body, "That was very often");
}
