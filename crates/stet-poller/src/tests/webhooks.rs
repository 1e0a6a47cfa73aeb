//! Posting changes to webhooks.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use stet_core::WebhookId;
use stet_core::webhook::{MAX_ATTEMPTS, MessageHeaders};
use stet_store::audit::{Actor, Deed};
use stet_store::{Delivery, DeliveryState, NewWebhook, PauseReason, WebhookFilter};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::loopback::read_head;
use crate::webhooks::{Bodies, Webhooks};

/// What a receiver was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A receiver on loopback, which answers with a head that the test sets; with none, it goes silent.
struct Receiver {
    pair: SocketAddr,
    answer: Arc<Mutex<&'static str>>,
    sent: UnboundedReceiver<Sent>,
}

const TAKEN: &str = "204 No Content";
const SILENCE: &str = "";

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pair = listener.local_addr().unwrap();
        let (sender, sent) = unbounded_channel();
        let answer = Arc::new(Mutex::new(TAKEN));
        let answers = Arc::clone(&answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, answers) = (sender.clone(), Arc::clone(&answers));
                tokio::spawn(async move { receive(stream, &sender, &answers).await });
            }
        });
        Self { pair, answer, sent }
    }

    fn answers(&self, head: &'static str) {
        *self.answer.lock().unwrap() = head;
    }

    /// What it was sent since it was asked last.
    fn taken(&mut self) -> Vec<Sent> {
        std::iter::from_fn(|| self.sent.try_recv().ok()).collect()
    }
}

async fn receive(
    mut stream: TcpStream,
    sender: &UnboundedSender<Sent>,
    answers: &Mutex<&'static str>,
) {
    let head = read_head(&mut stream).await.unwrap();
    assert!(head.starts_with("POST /"), "{head}");
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers: BTreeMap<String, String> =
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    sender.send(Sent { path, headers, body }).unwrap();
    let answer = *answers.lock().unwrap();
    if answer == SILENCE {
        // Until the sender has had enough.
        stream.read_u8().await.unwrap_err();
        return;
    }
    let answer = format!("HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
}

fn deed() -> Deed<'static> {
    Deed { actor: &Actor::Operator, reason: "", at: minute(0) }
}

/// A webhook that posts everything to a receiver.
async fn hook(world: &World, receiver: &Receiver, name: &str) -> WebhookId {
    let address = Address::parse(&format!("http://{}/{name}", receiver.pair)).unwrap();
    let new = NewWebhook { name: name.to_owned(), address, filter: WebhookFilter::default() };
    world.store.add_webhook(&new, deed()).await.unwrap().unwrap()
}

/// What sends a world's messages; its guard lets through whom `allow` names.
fn webhooks(world: &World, allow: &[SocketAddr]) -> Webhooks {
    let allow = allow.iter().copied().collect();
    let fetcher = Fetcher::new(FetchSettings { allow, ..FetchSettings::default() }).unwrap();
    let bodies: Bodies = Arc::new(|claim| format!("about {:?}", claim.happened_at).into_bytes());
    Webhooks::new(world.store.clone(), fetcher, bodies, world.poller.clock.clone())
}

/// A world with a webhook, and in which an article changes at minute 30.
async fn changed(pool: PgPool) -> (World, Receiver, WebhookId) {
    let world = World::new(pool).await;
    let receiver = Receiver::start().await;
    let id = hook(&world, &receiver, "in").await;
    let article = world.watch().await;
    world.publishes(OLD);
    world.check(article).await;
    world.set_clock(30);
    world.publishes(NEW);
    world.check(article).await;
    (world, receiver, id)
}

async fn only(world: &World, id: WebhookId) -> Delivery {
    let mut found = world.store.deliveries(id, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_is_posted_once_and_signed(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let webhooks = webhooks(&world, &[receiver.pair]);
    webhooks.send_due().await.unwrap();
    webhooks.send_due().await.unwrap();
    let [sent] = receiver.taken().try_into().unwrap();
    assert_eq!(sent.path, "/in");
    assert_eq!(sent.header("content-type"), "application/json");
    assert!(sent.header("user-agent").starts_with("Stet/"), "{sent:?}");
    assert_eq!(String::from_utf8_lossy(&sent.body), "about 2016-09-09T18:14:00Z");
    let delivery = only(&world, id).await;
    let secret = world.store.webhook_secret(id).await.unwrap().unwrap();
    let name = format!("msg_{}", delivery.id);
    let headers = MessageHeaders::new(name, minute(30), &sent.body, &[secret]);
    assert_eq!(sent.header("webhook-id"), headers.id);
    assert_eq!(sent.header("webhook-timestamp"), headers.timestamp);
    assert_eq!(sent.header("webhook-signature"), headers.signature);
    assert_eq!((delivery.state, delivery.status), (DeliveryState::Delivered, Some(204)));
    let webhook = world.store.webhook(id).await.unwrap().unwrap();
    assert_eq!((webhook.delivered_at, webhook.waiting), (Some(minute(30)), 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_not_taken_is_sent_ten_times_under_one_name_and_then_given_up(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let webhooks = webhooks(&world, &[receiver.pair]);
    receiver.answers("500 Oh");
    let mut sent: Vec<Sent> = Vec::new();
    let mut waits = Vec::new();
    while let DeliveryState::Waiting(due_at) = only(&world, id).await.state {
        let before = world.poller.now();
        let late = i64::from(due_at > before);
        world.set_clock((due_at - minute(0)).num_minutes() + late);
        waits.push((due_at - before).num_minutes());
        webhooks.send_due().await.unwrap();
        let new = receiver.taken();
        assert_eq!(new.len(), 1, "attempt {}", sent.len());
        sent.extend(new);
        webhooks.send_due().await.unwrap();
        assert_eq!(receiver.taken(), [], "not before it is due again");
    }
    assert_eq!(sent.len(), usize::try_from(MAX_ATTEMPTS).unwrap());
    let least = [0, 0, 5, 30, 120, 300, 600, 840, 1_200, 1_440];
    for (attempt, (wait, least)) in waits.iter().zip(least).enumerate() {
        assert!((least - 1..=least + least / 10).contains(wait), "{attempt}: {wait} minutes");
    }
    let names: std::collections::BTreeSet<_> =
        sent.iter().map(|sent| (sent.header("webhook-id"), &sent.body)).collect();
    assert_eq!(names.len(), 1);
    let times: std::collections::BTreeSet<_> =
        sent.iter().map(|sent| sent.header("webhook-timestamp")).collect();
    assert_eq!(times.len(), sent.len(), "each attempt has its own time");
    let delivery = only(&world, id).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Failed, MAX_ATTEMPTS));
    assert_eq!(delivery.error.as_deref(), Some("it answered 500"));
    let webhook = world.store.webhook(id).await.unwrap().unwrap();
    assert_eq!((webhook.pause, webhook.failures), (None, MAX_ATTEMPTS));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_receiver_that_does_nothing_but_fail_for_days_is_paused(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let webhooks = webhooks(&world, &[receiver.pair]);
    receiver.answers("500 Oh");
    webhooks.send_due().await.unwrap();
    let days = |days: i64| 30 + days * 24 * 60;
    let day = async |after: i64| {
        world.set_clock(days(after));
        world.store.test_webhook(id, minute(days(after))).await.unwrap();
        webhooks.send_due().await.unwrap();
        world.store.webhook(id).await.unwrap().unwrap().pause
    };
    assert_eq!(day(4).await, None);
    assert_eq!(day(5).await, Some((minute(days(5)), PauseReason::Failing)));
    receiver.taken();
    world.set_clock(days(9));
    webhooks.send_due().await.unwrap();
    assert_eq!(receiver.taken(), []);
    receiver.answers(TAKEN);
    world.store.resume_webhook(id, deed()).await.unwrap();
    webhooks.send_due().await.unwrap();
    assert_eq!(receiver.taken().len(), 3, "what waited when it was paused");
    assert_eq!(world.store.webhook(id).await.unwrap().unwrap().failures, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_receiver_that_is_gone_is_sent_nothing_more(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let webhooks = webhooks(&world, &[receiver.pair]);
    receiver.answers("410 Gone");
    webhooks.send_due().await.unwrap();
    assert_eq!(receiver.taken().len(), 1);
    assert_eq!(only(&world, id).await.state, DeliveryState::Failed);
    let webhook = world.store.webhook(id).await.unwrap().unwrap();
    assert_eq!(webhook.pause, Some((minute(30), PauseReason::Gone)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn retry_after_spares_a_receiver_every_message(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let webhooks = webhooks(&world, &[receiver.pair]);
    receiver.answers("429 Slow Down\r\nretry-after: 1200");
    webhooks.send_due().await.unwrap();
    receiver.answers(TAKEN);
    world.store.test_webhook(id, minute(30)).await.unwrap();
    for (at, messages) in [(30, 1), (49, 0), (50, 2)] {
        world.set_clock(at);
        webhooks.send_due().await.unwrap();
        assert_eq!(receiver.taken().len(), messages, "minute {at}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_redirect_is_a_failure_and_not_followed(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let webhooks = webhooks(&world, &[receiver.pair]);
    receiver.answers("307 Elsewhere\r\nlocation: /other");
    webhooks.send_due().await.unwrap();
    assert_eq!(receiver.taken().len(), 1);
    let delivery = only(&world, id).await;
    assert!(matches!(delivery.state, DeliveryState::Waiting(_)), "{delivery:?}");
    let error = delivery.error.as_deref();
    assert_eq!(error, Some("it answered 307; no redirect is followed"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_that_is_not_public_is_sent_nothing(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    webhooks(&world, &[]).send_due().await.unwrap();
    assert_eq!(receiver.taken(), []);
    let delivery = only(&world, id).await;
    assert_eq!((delivery.attempts, delivery.status), (1, None));
    assert!(delivery.error.as_deref().unwrap().starts_with("this address is not allowed"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_hidden_meanwhile_is_not_sent(pool: PgPool) {
    let (world, mut receiver, id) = changed(pool).await;
    let article = only(&world, id).await.subject.unwrap().article;
    world.store.hide(article, deed()).await.unwrap();
    webhooks(&world, &[receiver.pair]).send_due().await.unwrap();
    assert_eq!(receiver.taken(), []);
    assert_eq!(only(&world, id).await.state, DeliveryState::Withdrawn);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_receiver_holds_up_nobody_else_and_has_one_message_at_a_time(pool: PgPool) {
    let world = World::new(pool).await;
    let (mut slow, mut quick) = (Receiver::start().await, Receiver::start().await);
    slow.answers(SILENCE);
    let ids = [hook(&world, &slow, "slow").await, hook(&world, &quick, "quick").await];
    for (id, at) in ids.into_iter().flat_map(|id| [(id, -3), (id, -2), (id, -1)]) {
        world.store.test_webhook(id, minute(at)).await.unwrap();
    }
    let stop = CancellationToken::new();
    // Two processes.
    let running: Vec<_> = [(); 2]
        .map(|()| tokio::spawn(webhooks(&world, &[slow.pair, quick.pair]).run(stop.clone())))
        .into();
    slow.sent.recv().await.unwrap();
    for _ in 0..3 {
        quick.sent.recv().await.unwrap();
    }
    assert_eq!(slow.taken(), [], "the first one is still under way");
    assert_eq!(quick.taken(), []);
    for process in running {
        process.abort();
    }
}
