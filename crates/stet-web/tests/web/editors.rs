//! What only editors do: hiding, bringing back, deleting, and looking after each other.

use axum::http::{Method, StatusCode, header};
use sqlx::PgPool;
use stet_store::audit::{Action, EntryFilter};
use stet_store::{Standing, Visible};

use crate::support::{Answer, Stage, attribute, request, says, text};

const HIDE: &str = "/articles/1/visibility";
const PASSWORD: &str = "correct+horse+battery";

async fn stage(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let texts = [text("Mayor resigns", &["He lied."]), text("Mayor resigns", &["He erred."])];
    stage.article("https://news.example.com/1", &texts).await;
    stage
}

fn cookie(answer: &Answer) -> String {
    answer.header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned()
}

async fn standing(stage: &Stage) -> Option<Standing> {
    stage.store.standing(1.try_into().unwrap()).await.unwrap()
}

/// Who did what, the latest first.
async fn log(stage: &Stage) -> Vec<(String, Action, String)> {
    let log = stage.store.audit(&EntryFilter::default(), None, 50).await.unwrap();
    log.into_iter().map(|line| (line.actor, line.action, line.subject)).collect()
}

/// Adds an editor by the form and sets a password by the link; returns the new session.
async fn editor(stage: &Stage, name: &str) -> String {
    let by = stage.log_in().await;
    let token = stage.form_token(&by).await;
    let form = format!("action=add&name={name}&form_token={token}");
    let page = stage.post("/editors", &by, &form).await;
    let link = attribute(&page.body, ".notice a", "href").expect("a link to set a password");
    let secret = link.split("link=").nth(1).unwrap();
    let form = format!("link={secret}&password={PASSWORD}");
    let answer = stage.post("/account/password", "", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let again = stage.post("/account/password", "", &form).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "the link works once");
    cookie(&answer)
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn nothing_is_done_without_a_session_a_fresh_token_and_this_sites_origin(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let stale = stage.form_token(&stage.log_in().await).await;
    for action in ["hide", "bring-back", "delete"] {
        let form =
            |token: &str| format!("action={action}&reason=x&confirmation=1&form_token={token}");
        let without = stage.post(HIDE, "", &form(&token)).await;
        assert_eq!(without.status, StatusCode::FORBIDDEN, "{action} without a session");
        let old = stage.post(HIDE, &cookie, &form(&stale)).await;
        assert_eq!(old.status, StatusCode::FORBIDDEN, "{action} with a stale token");
        let foreign = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("cookie", &*cookie),
        ];
        let answer = stage.send(request(Method::POST, HIDE, &foreign, &form(&token))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action} from another site");
    }
    assert_eq!(standing(&stage).await, Some(Standing::Shown));
    assert_eq!(log(&stage).await, []);
    for page in [HIDE, "/audit", "/editors", "/account"] {
        assert_eq!(stage.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_hidden_article_is_gone_from_every_route_and_comes_back(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let controls = stage.get_with("/articles/1", &[("cookie", &cookie)]).await;
    assert_eq!(attribute(&controls.body, ".editing a", "href").as_deref(), Some(HIDE));
    assert!(!stage.page("/articles/1").await.contains(HIDE), "readers see no controls");

    let unexplained = format!("action=hide&form_token={token}");
    let answer = stage.post(HIDE, &cookie, &unexplained).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let hide = format!("action=hide&reason=a+court&form_token={token}");
    assert_eq!(stage.post(HIDE, &cookie, &hide).await.status, StatusCode::SEE_OTHER);
    let routes = [
        "/articles/1",
        "/articles/1.rss",
        "/articles/1/diff/0/1",
        "/articles/1/versions/0",
        "/articles/1/versions/1",
        "/articles/1/diff?from=0&to=1",
        "/timegate/https://news.example.com/1",
        "/timemap/link/https://news.example.com/1",
    ];
    let lookup = "/articles/lookup?url=news.example.com/1";
    for route in routes.into_iter().chain([lookup]) {
        let answer = stage.get(route).await;
        assert_eq!(answer.status, StatusCode::GONE, "{route}");
        says(&answer.body, "This article cannot be shown for legal reasons");
    }
    let told = stage.get_with("/articles/1", &[("cookie", &cookie)]).await;
    assert_eq!(told.status, StatusCode::GONE);
    assert_eq!(attribute(&told.body, "main .button", "href").as_deref(), Some(HIDE));
    for list in ["/", "/articles", "/versions.rss", "/versions/search?q=mayor", "/sources"] {
        assert!(!stage.page(list).await.contains("Mayor resigns"), "{list}");
    }
    let page = stage.get_with(HIDE, &[("cookie", &cookie)]).await;
    says(&page.body, "Mayor resigns This article is hidden.");
    let back = format!("action=bring-back&reason=appeal&form_token={token}");
    assert_eq!(stage.post(HIDE, &cookie, &back).await.status, StatusCode::SEE_OTHER);
    for route in routes {
        let status = stage.get(route).await.status;
        assert!(status.is_success() || status.is_redirection(), "{route}: {status}");
    }
    assert_eq!(stage.get(lookup).await.header(header::LOCATION), "/articles/1");
    let unnamed = "editor (without a name)".to_owned();
    assert_eq!(
        log(&stage).await,
        [
            (unnamed.clone(), Action::BringBackArticle, "1".to_owned()),
            (unnamed, Action::HideArticle, "1".to_owned()),
        ]
    );
    let log = stage.get_with("/audit?action=hide-article", &[("cookie", &cookie)]).await.body;
    says(&log, "article hidden article 1 Mayor resigns a court");
    assert!(!log.contains("appeal"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_is_deleted_by_who_types_its_number(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let form = |confirmation| {
        format!("action=delete&reason=x&confirmation={confirmation}&form_token={token}")
    };
    let unsure = stage.post(HIDE, &cookie, &form("")).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(standing(&stage).await, Some(Standing::Shown));
    let field = |name| attribute(&unsure.body, "#confirmation", name);
    assert_eq!(field("aria-invalid").as_deref(), Some("true"));
    let error = format!("id=\"{}\"", field("aria-describedby").unwrap());
    assert!(unsure.body.contains(&error), "the field names what is wrong with it");
    assert!(unsure.body.contains("required>x</textarea>"), "what was typed stays");
    assert_eq!(unsure.body.matches(">x</textarea>").count(), 1, "and in its own form only");
    assert_eq!(stage.post(HIDE, &cookie, &form("1")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(standing(&stage).await, Some(Standing::Deleted));
    assert_eq!(stage.store.article(1.try_into().unwrap()).await.unwrap(), Visible::Hidden);
    for route in
        ["/articles/1", "/articles/1.rss", "/articles/1/diff/0/1", "/articles/1/versions/0"]
    {
        assert_eq!(stage.get(route).await.status, StatusCode::GONE, "{route}");
    }
    let page = stage.get_with(HIDE, &[("cookie", &cookie)]).await.body;
    says(&page, "This article was deleted for good.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_editor_logs_in_by_name_and_is_named_in_the_log(pool: PgPool) {
    let stage = stage(pool).await;
    editor(&stage, "Ann").await;
    says(&stage.page("/login").await, "Name");
    for wrong in ["name=Ann&password=wrong", &format!("name=Bob&password={PASSWORD}")] {
        let answer = stage.post("/login", "", wrong).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        says(&answer.body, "This name and this password do not belong together.");
    }
    let old = stage.log_in().await;
    let answer = stage.post("/login", &old, &format!("name=ann&password={PASSWORD}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let new = cookie(&answer);
    assert_ne!(new, old);
    let before = stage.get_with("/account", &[("cookie", &old)]).await;
    assert_eq!(before.status, StatusCode::FORBIDDEN, "the session from before has ended");
    says(&stage.get_with("/account", &[("cookie", &new)]).await.body, "You are logged in as Ann.");
    let token = stage.form_token(&new).await;
    stage.post(HIDE, &new, &format!("action=hide&reason=x&form_token={token}")).await;
    let first = log(&stage).await.remove(0);
    assert_eq!(first, ("Ann".to_owned(), Action::HideArticle, "1".to_owned()));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_new_password_and_a_disabled_editor_end_all_sessions(pool: PgPool) {
    let stage = stage(pool).await;
    let here = editor(&stage, "Ann").await;
    let login = stage.post("/login", "", &format!("name=Ann&password={PASSWORD}")).await;
    let elsewhere = cookie(&login);
    let token = stage.form_token(&here).await;
    let form = |current: &str, new: &str| {
        format!("action=password&current={current}&password={new}&form_token={token}")
    };
    for (current, new) in [("wrong", "another+long+password"), (PASSWORD, "short")] {
        let answer = stage.post("/account", &here, &form(current, new)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{current} {new}");
    }
    let answer = stage.post("/account", &here, &form(PASSWORD, "another+long+password")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let rotated = cookie(&answer);
    let status =
        async |cookie: &str| stage.get_with("/account", &[("cookie", cookie)]).await.status;
    assert_eq!(status(&here).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&elsewhere).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&rotated).await, StatusCode::OK);

    let by = stage.log_in().await;
    let token = stage.form_token(&by).await;
    let disable = format!("action=disable&name=Ann&form_token={token}");
    assert_eq!(stage.post("/editors", &by, &disable).await.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&rotated).await, StatusCode::FORBIDDEN);
    let login = stage.post("/login", "", "name=Ann&password=another+long+password").await;
    assert_eq!(login.status, StatusCode::FORBIDDEN);
    let list = stage.get_with("/editors", &[("cookie", &by)]).await.body;
    says(&list, "Ann 9 Sept 2016, 17:44 UTC");
    says(&list, "no, since 9 Sept 2016");
}
