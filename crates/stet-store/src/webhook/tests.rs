//! The outbox: what is put into it, and how it is taken out.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use sqlx::PgPool;
use stet_core::compare::Stats;
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, SourceId, WebhookId};

use super::claim::{Attempt, Delivered, DeliveryClaim, Message};
use super::delivery::DeliveryState;
use super::{NewWebhook, PauseReason, WebhookFilter};
use crate::audit::{Action, Actor, Deed, EntryFilter};
use crate::fixture::{Fixture, READING, address, minute};
use crate::record::{Difference, Recorded};
use crate::{MIGRATOR, Reading, Store};

const LEASE: TimeDelta = TimeDelta::minutes(2);

fn deed() -> Deed<'static> {
    Deed { actor: &Actor::Unnamed, reason: "", at: minute(0) }
}

fn named(name: &str) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        address: address("https://hooks.example.com/in"),
        filter: WebhookFilter::default(),
    }
}

async fn add(store: &Store, name: &str, filter: WebhookFilter) -> WebhookId {
    store.add_webhook(&NewWebhook { filter, ..named(name) }, deed()).await.unwrap().unwrap()
}

/// An article that changed at minute 30, with two words added and one removed.
async fn changed(fixture: &Fixture) {
    fixture.see(0, &["a"]).await;
    fixture.see(30, &["b"]).await;
}

async fn claim(store: &Store, minutes: i64) -> Vec<DeliveryClaim> {
    store.claim_deliveries(minute(minutes), 10, LEASE).await.unwrap()
}

async fn record(store: &Store, claim: &DeliveryClaim, minutes: i64, delivered: Delivered) -> bool {
    let attempt = Attempt { at: minute(minutes), status: Some(200), error: None, delivered };
    store.record_delivery(claim, &attempt).await.unwrap()
}

async fn states(store: &Store, id: WebhookId) -> Vec<DeliveryState> {
    store.deliveries(id, 10).await.unwrap().into_iter().map(|found| found.state).collect()
}

fn failed(again: Option<DateTime<Utc>>) -> Delivered {
    Delivered::Failed { again_at: again, rest_until: minute(0), pause: None }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_webhook_is_told_once_of_each_change_whatever_is_recorded_again(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let hooks = [
        add(store, "one", WebhookFilter::default()).await,
        add(store, "two", WebhookFilter::default()).await,
    ];
    fixture.see(0, &["a"]).await;
    let spent = fixture.claim().await;
    fixture.record_text(&spent, 30, &["b"]).await;
    fixture.record_text(&spent, 30, &["b"]).await;
    fixture.see(60, &["b"]).await;
    for id in hooks {
        assert_eq!(states(store, id).await, [DeliveryState::Waiting(minute(30))]);
        assert_eq!(store.webhook(id).await.unwrap().unwrap().waiting, 1);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_filter_takes_what_a_feed_with_it_shows(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    store.add_article(&address("https://other.example.org/1"), minute(0)).await.unwrap();
    let sources = store.sources().await.unwrap();
    let id_of = |domain: &str| -> SourceId {
        sources.iter().find(|source| source.name == domain).unwrap().id
    };
    let of_kinds = |kinds: &[Kind]| -> Kinds { kinds.iter().copied().collect() };
    let all = WebhookFilter::default;
    let filters = [
        ("all", all(), true),
        ("its source", WebhookFilter { source: Some(id_of("example.com")), ..all() }, true),
        ("another", WebhookFilter { source: Some(id_of("example.org")), ..all() }, false),
        (
            "one kind of two",
            WebhookFilter { kinds: of_kinds(&[Kind::Edited, Kind::Quote]), ..all() },
            true,
        ),
        ("other kinds", WebhookFilter { kinds: of_kinds(&[Kind::Gone]), ..all() }, false),
        ("as many words", WebhookFilter { min_words: 3, ..all() }, true),
        ("more words", WebhookFilter { min_words: 4, ..all() }, false),
    ];
    let mut expected = Vec::new();
    for (name, filter, takes) in filters {
        expected.push((add(store, name, filter).await, name, takes));
    }
    changed(&fixture).await;
    for (id, name, takes) in expected {
        assert_eq!(states(store, id).await.len(), usize::from(takes), "{name}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_readers_are_not_shown_is_not_posted(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    let store = &fixture.store;
    let id = add(store, "all", WebhookFilter::default()).await;
    let paused = add(store, "paused", WebhookFilter::default()).await;
    store.pause_webhook(paused, deed()).await.unwrap();
    fixture.see(0, &["a"]).await;
    store.add_article(&address("https://news.example.com/2"), minute(0)).await.unwrap();
    let standing = [
        ("observer = 'an archive', merged_into = 2", "observer = null, merged_into = null"),
        ("state = 'hidden', hidden_from = 'watched'", "state = 'watched', hidden_from = null"),
    ];
    for ((meanwhile, after), minutes) in standing.into_iter().zip([30, 60]) {
        let claim = fixture.claim().await;
        let set = async |what| {
            let update = sqlx::AssertSqlSafe(format!("update article set {what} where id = 1"));
            sqlx::query(update).execute(&pool).await.unwrap();
        };
        set(meanwhile).await;
        let seen = fixture.record_text(&claim, minutes, &[meanwhile]).await;
        assert!(matches!(seen, Recorded::Done { outcome: CheckOutcome::Changed, .. }), "{seen:?}");
        set(after).await;
    }
    let claim = fixture.claim().await;
    let text = ArticleText::new("Title", ["read anew"]);
    let newer = Reading { extractor: READING.extractor + 1, ..READING };
    let difference = Difference { stats: Stats::default(), kinds: Kinds::from([Kind::Removed]) };
    store.upgrade(&claim, &text, newer, Some(&difference)).await.unwrap().unwrap();
    assert_eq!(states(store, id).await, []);
    assert_eq!(states(store, paused).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_hidden_after_it_was_queued_is_withdrawn_and_what_was_deleted_is_gone(
    pool: PgPool,
) {
    let fixture = Fixture::new(pool.clone()).await;
    let store = &fixture.store;
    let id = add(store, "all", WebhookFilter::default()).await;
    changed(&fixture).await;
    store.hide(fixture.article, deed()).await.unwrap();
    let claimed = claim(store, 31).await.remove(0);
    assert_eq!(claimed.message, Message::Withdrawn);
    assert!(record(store, &claimed, 31, Delivered::Withdrawn).await);
    let shown = store.deliveries(id, 10).await.unwrap().remove(0);
    assert_eq!((shown.state, shown.attempts), (DeliveryState::Withdrawn, 0));
    assert_eq!(shown.subject.unwrap().title, None, "not even editors read it in this list");
    store.delete_for_good(fixture.article, deed()).await.unwrap();
    assert_eq!(states(store, id).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_message_at_a_time_is_sent_to_a_receiver_by_one_of_several_processes(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    let store = &fixture.store;
    for name in ["one", "two"] {
        add(store, name, WebhookFilter::default()).await;
    }
    changed(&fixture).await;
    fixture.see(60, &["c"]).await;
    assert_eq!(claim(store, 29).await, [], "it has not happened yet");
    let (first, second) = join(claim(store, 61), claim(store, 61)).await;
    let mut claimed: Vec<_> = first.iter().chain(&second).map(|claim| claim.webhook).collect();
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!((claimed.len(), first.len() + second.len()), (2, 2));
    assert_eq!(claim(store, 61).await, [], "each of them has one under way");

    // The process that sent the first one sleeps past its lease; another one sends it again.
    let mut taken = [first, second].concat();
    let asleep = taken.remove(0);
    sqlx::query("update webhook set lease_until = now() where id = $1")
        .bind(asleep.webhook.get())
        .execute(&pool)
        .await
        .unwrap();
    let again = claim(store, 62).await.remove(0);
    assert_eq!((again.webhook, &again.id), (asleep.webhook, &asleep.id));
    assert!(!record(store, &asleep, 62, failed(None)).await, "its claim is spent");
    assert!(record(store, &again, 62, Delivered::Taken).await);
    assert!(!record(store, &again, 62, Delivered::Taken).await, "once");
    let next = claim(store, 63).await.remove(0);
    assert_eq!((next.webhook, next.happened_at), (asleep.webhook, minute(60)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_failed_message_comes_back_and_its_receiver_rests_until_then(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let id = add(store, "all", WebhookFilter::default()).await;
    changed(&fixture).await;
    fixture.see(60, &["c"]).await;
    let first = claim(store, 61).await.remove(0);
    let delivered =
        Delivered::Failed { again_at: Some(minute(90)), rest_until: minute(70), pause: None };
    assert!(record(store, &first, 61, delivered).await);
    assert_eq!(claim(store, 69).await, []);
    let other = claim(store, 70).await.remove(0);
    assert_ne!(other.id, first.id);
    assert_eq!((other.failures, other.failing_since), (1, Some(minute(61))));
    assert!(record(store, &other, 70, Delivered::Taken).await);
    assert_eq!(claim(store, 89).await, []);
    let again = claim(store, 90).await.remove(0);
    assert_eq!((again.id.as_str(), again.attempts, again.failures), (first.id.as_str(), 1, 0));
    assert!(record(store, &again, 90, failed(None)).await);
    assert_eq!(claim(store, 10_000).await, [], "it was the last attempt");

    let gone = store.deliveries(id, 10).await.unwrap().remove(1);
    assert_eq!((gone.state, gone.attempts), (DeliveryState::Failed, 2));
    assert!(store.send_again(id, &gone.id, minute(200)).await.unwrap());
    assert!(!store.send_again(id, &gone.id, minute(200)).await.unwrap(), "it waits already");
    let asked = claim(store, 200).await.remove(0);
    assert_eq!((asked.id.as_str(), asked.attempts), (first.id.as_str(), 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_was_served_longest_ago_is_served_next_whatever_waits_for_others(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let [busy, quiet] = [
        add(store, "busy", WebhookFilter::default()).await,
        add(store, "quiet", WebhookFilter::default()).await,
    ];
    for at in 0..3 {
        store.test_webhook(busy, minute(at)).await.unwrap();
    }
    let one = async |minutes| {
        let claimed = store.claim_deliveries(minute(minutes), 1, LEASE).await.unwrap().remove(0);
        assert!(record(store, &claimed, minutes, Delivered::Taken).await);
        claimed.webhook
    };
    assert_eq!(one(10).await, busy);
    store.test_webhook(quiet, minute(9)).await.unwrap();
    assert_eq!([one(11).await, one(12).await, one(13).await], [quiet, busy, busy]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_webhook_that_is_paused_posts_nothing_until_it_is_resumed(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let id = add(store, "all", WebhookFilter::default()).await;
    store.test_webhook(id, minute(0)).await.unwrap();
    let claimed = claim(store, 1).await.remove(0);
    let pause = Some(PauseReason::Gone);
    let delivered = Delivered::Failed { again_at: None, rest_until: minute(2), pause };
    record(store, &claimed, 1, delivered).await;
    let webhook = store.webhook(id).await.unwrap().unwrap();
    assert_eq!(webhook.pause, Some((minute(1), PauseReason::Gone)));
    assert!(!store.test_webhook(id, minute(3)).await.unwrap());
    changed(&fixture).await;
    assert!(store.resume_webhook(id, deed()).await.unwrap());
    assert!(!store.resume_webhook(id, deed()).await.unwrap());
    let webhook = store.webhook(id).await.unwrap().unwrap();
    assert_eq!((webhook.pause, webhook.failures, webhook.waiting), (None, 0, 0));
    fixture.see(60, &["c"]).await;
    assert_eq!(claim(store, 61).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_replaced_secret_signs_for_a_day_more(pool: PgPool) {
    let store = Store::new(pool);
    let id = add(&store, "all", WebhookFilter::default()).await;
    let old = store.webhook_secret(id).await.unwrap().unwrap();
    assert!(store.replace_webhook_secret(id, deed()).await.unwrap());
    let new = store.webhook_secret(id).await.unwrap().unwrap();
    assert_ne!(old, new);
    for (hour, secrets) in [(23, vec![new.clone(), old]), (24, vec![new])] {
        store.test_webhook(id, minute(0)).await.unwrap();
        let claimed = claim(&store, hour * 60).await.remove(0);
        assert_eq!(claimed.secrets, secrets);
        record(&store, &claimed, hour * 60, Delivered::Taken).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_became_of_a_message_is_kept_for_thirty_days(pool: PgPool) {
    let store = Store::new(pool);
    let id = add(&store, "all", WebhookFilter::default()).await;
    let days = |days: i64| days * 24 * 60;
    for at in [0, days(2)] {
        store.test_webhook(id, minute(at)).await.unwrap();
        let claimed = claim(&store, at).await.remove(0);
        record(&store, &claimed, at, Delivered::Taken).await;
    }
    store.test_webhook(id, minute(days(3))).await.unwrap();
    assert_eq!(store.forget_deliveries(minute(days(31))).await.unwrap(), 1);
    assert_eq!(store.forget_deliveries(minute(days(99))).await.unwrap(), 1, "what waits stays");
    let pause = Deed { at: minute(days(100)), ..deed() };
    store.pause_webhook(id, pause).await.unwrap();
    assert_eq!(store.forget_deliveries(minute(days(129))).await.unwrap(), 0);
    assert_eq!(store.forget_deliveries(minute(days(131))).await.unwrap(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_deed_stands_in_the_log_and_names_are_not_given_twice(pool: PgPool) {
    let store = Store::new(pool);
    let id = add(&store, "desk", WebhookFilter::default()).await;
    let other = add(&store, "other", WebhookFilter::default()).await;
    assert_eq!(store.add_webhook(&named("Desk"), deed()).await.unwrap(), None);
    assert!(!store.set_webhook(other, &named("DESK"), deed()).await.unwrap());
    assert!(store.set_webhook(id, &named("Desk"), deed()).await.unwrap());
    store.pause_webhook(id, deed()).await.unwrap();
    store.resume_webhook(id, deed()).await.unwrap();
    store.replace_webhook_secret(id, deed()).await.unwrap();
    store.test_webhook(id, minute(0)).await.unwrap();
    assert!(store.remove_webhook(id, deed()).await.unwrap());
    assert!(!store.remove_webhook(id, deed()).await.unwrap());
    assert_eq!(claim(&store, 1).await, [], "its outbox went with it");
    let log = store.audit(&EntryFilter::default(), None, 9).await.unwrap();
    let done: Vec<_> = log.iter().map(|line| (line.action, line.subject.as_str())).collect();
    assert_eq!(
        done,
        [
            (Action::RemoveWebhook, "Desk"),
            (Action::ReplaceWebhookSecret, "Desk"),
            (Action::ResumeWebhook, "Desk"),
            (Action::PauseWebhook, "Desk"),
            (Action::SetWebhook, "Desk"),
            (Action::AddWebhook, "other"),
            (Action::AddWebhook, "desk"),
        ]
    );
    assert!(log.iter().all(|line| line.subject_kind == "webhook"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_is_taken_away_is_told_of(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let kinds = Kinds::from([Kind::Gone, Kind::Back]);
    add(store, "life", WebhookFilter { kinds, ..WebhookFilter::default() }).await;
    changed(&fixture).await;
    fixture.fail(60, CheckOutcome::NotFound, "no such page").await;
    fixture.fail(300, CheckOutcome::NotFound, "no such page").await;
    let claimed = claim(store, 301).await.remove(0);
    let Message::Change(told) = claimed.message else { panic!("{:?}", claimed.message) };
    assert_eq!(told.change.kinds, Kinds::from([Kind::Gone]));
}
