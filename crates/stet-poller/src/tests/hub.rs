//! Telling a hub of news.

use std::net::SocketAddr;
use std::sync::atomic::AtomicU16;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::form_urlencoded;

use super::*;
use crate::hub::{Hub, Topics};
use crate::loopback::read_head;

/// The names and values of a form.
type Form = Vec<(String, String)>;

/// A hub on loopback that answers with a status and remembers what it was told.
struct Loopback {
    pair: SocketAddr,
    status: Arc<AtomicU16>,
    told: Arc<Mutex<Vec<Form>>>,
}

impl Loopback {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pair = listener.local_addr().unwrap();
        let (status, told) = (Arc::new(AtomicU16::new(204)), Arc::new(Mutex::new(Vec::new())));
        let (answers, kept) = (Arc::clone(&status), Arc::clone(&told));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = read_head(&mut stream).await.unwrap();
                assert!(head.starts_with("POST /hub HTTP/1.1\r\n"), "{head}");
                let length = head.split("content-length: ").nth(1).unwrap();
                let length: usize = length.split('\r').next().unwrap().parse().unwrap();
                let mut body = vec![0; length];
                stream.read_exact(&mut body).await.unwrap();
                kept.lock().unwrap().push(form_urlencoded::parse(&body).into_owned().collect());
                let status = answers.load(Ordering::SeqCst);
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nlocation: http://{pair}/other\r\n\
                     connection: close\r\ncontent-length: 0\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { pair, status, told }
    }

    /// What tells this hub; its guard lets through whom `allow` names.
    fn hub(&self, world: &World, allow: &[SocketAddr]) -> Hub {
        let allow = allow.iter().copied().collect();
        let fetcher = Fetcher::new(FetchSettings { allow, ..FetchSettings::default() }).unwrap();
        let address = Address::parse(&format!("http://{}/hub", self.pair)).unwrap();
        let topics: Topics = Arc::new(|article, source| {
            vec![format!("http://stet.example/{source}"), format!("http://stet.example/{article}")]
        });
        let clock = world.poller.clock.clone();
        Hub::new(world.store.clone(), fetcher, address, topics, clock)
    }

    /// What it was told since it was asked last.
    fn told(&self) -> Vec<Form> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }
}

/// Looks for news, and tells of them.
async fn turn(hub: &mut Hub) {
    hub.look().await.unwrap();
    hub.tell().await;
}

fn publish() -> Form {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        pair("hub.mode", "publish"),
        pair("hub.url", "http://stet.example/1"),
        pair("hub.url", "http://stet.example/127001"),
    ]
}

/// A world in which an article was seen to have a second text at minute 30.
async fn changed(pool: PgPool) -> (World, ArticleId) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    world.set_clock(30);
    world.publishes(NEW);
    world.check(id).await;
    (world, id)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hub_is_told_once_of_each_change_after_it_was_met(pool: PgPool) {
    let (world, id) = changed(pool).await;
    let loopback = Loopback::start().await;
    let mut hub = loopback.hub(&world, &[loopback.pair]);
    turn(&mut hub).await;
    assert!(loopback.told().is_empty(), "it was no news any more");
    world.set_clock(60);
    world.publishes(OLD);
    world.check(id).await;
    turn(&mut hub).await;
    assert_eq!(loopback.told(), [publish()]);
    turn(&mut hub).await;
    assert!(loopback.told().is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_hub_was_not_told_is_told_after_a_restart(pool: PgPool) {
    let (world, id) = changed(pool).await;
    let loopback = Loopback::start().await;
    let mut hub = loopback.hub(&world, &[loopback.pair]);
    turn(&mut hub).await;
    world.set_clock(60);
    world.publishes(OLD);
    world.check(id).await;
    loopback.status.store(500, Ordering::SeqCst);
    turn(&mut hub).await;
    loopback.told();
    drop(hub);
    // Hours later.
    world.set_clock(600);
    loopback.status.store(204, Ordering::SeqCst);
    turn(&mut loopback.hub(&world, &[loopback.pair])).await;
    assert_eq!(loopback.told(), [publish()]);
    world.set_clock(700);
    turn(&mut loopback.hub(&world, &[loopback.pair])).await;
    assert!(loopback.told().is_empty(), "all of it was told");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hub_that_fails_is_told_again_later_and_later(pool: PgPool) {
    let (world, id) = changed(pool).await;
    let loopback = Loopback::start().await;
    let mut hub = loopback.hub(&world, &[loopback.pair]);
    turn(&mut hub).await;
    world.set_clock(60);
    world.publishes(OLD);
    world.check(id).await;
    // A redirect is no success, and is not followed.
    for (minute, status, requests) in
        [(60, 500, 1), (60, 204, 0), (61, 307, 1), (61, 204, 0), (62, 204, 1), (63, 204, 0)]
    {
        world.set_clock(minute);
        loopback.status.store(status, Ordering::SeqCst);
        turn(&mut hub).await;
        assert_eq!(loopback.told(), vec![publish(); requests], "minute {minute}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hub_is_guarded_as_every_site_is(pool: PgPool) {
    let (world, id) = changed(pool).await;
    let loopback = Loopback::start().await;
    let mut hub = loopback.hub(&world, &[]);
    turn(&mut hub).await;
    world.set_clock(60);
    world.publishes(OLD);
    world.check(id).await;
    turn(&mut hub).await;
    assert!(loopback.told().is_empty(), "nothing was sent to an address that is not public");
}
