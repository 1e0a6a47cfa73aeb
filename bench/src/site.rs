//! A news site on loopback: `/a/N` is an article whose texts are numbered.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flate2::Compression;
use flate2::read::GzEncoder;

use crate::chance::Chance;

/// What the site answers to one who comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// `304 Not Modified` as long as the text stands.
    NotModified,
    /// The same bytes as long as the text stands, whatever is asked.
    SameBytes,
    /// The same text among other surroundings each time.
    OtherBytes,
    /// Another text each time.
    OtherText,
    /// One of the first three, by chance.
    Any,
}

/// A site that serves until the process ends.
#[derive(Debug)]
pub struct Site {
    hosts: u8,
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    manner: Mutex<Manner>,
    /// How large pages are at least, in bytes.
    page_bytes: usize,
    texts: Mutex<HashMap<u64, u64>>,
    requests: AtomicU64,
    chance: Mutex<Chance>,
}

impl Site {
    /// Serves on `127.0.0.1` to `127.0.0.hosts`, at one port.
    pub fn start(hosts: u8, page_bytes: usize, manner: Manner) -> anyhow::Result<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = first.local_addr()?.port();
        let mut listeners = vec![first];
        for host in 2..=hosts {
            listeners.push(TcpListener::bind((Ipv4Addr::new(127, 0, 0, host), port))?);
        }
        let shared = Arc::new(Shared {
            manner: Mutex::new(manner),
            page_bytes,
            texts: Mutex::default(),
            requests: AtomicU64::default(),
            chance: Mutex::new(Chance::new(7)),
        });
        for listener in listeners {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let shared = Arc::clone(&shared);
                    // A visitor that leaves early is no concern of the site.
                    thread::spawn(move || drop(answer(&stream, &shared)));
                }
            });
        }
        Ok(Self { hosts, port, shared })
    }

    /// The pairs that the guard has to let through.
    #[must_use]
    pub fn pairs(&self) -> String {
        let pair = |host| SocketAddr::from((Ipv4Addr::new(127, 0, 0, host), self.port)).to_string();
        (1..=self.hosts).map(pair).collect::<Vec<_>>().join(",")
    }

    /// Where an article stands: they are dealt out to the hosts in turn.
    #[must_use]
    pub fn url(&self, article: u64) -> String {
        let host = article % u64::from(self.hosts) + 1;
        format!("http://127.0.0.{host}:{}/a/{article}", self.port)
    }

    /// Publishes the next text of an article.
    pub fn publish(&self, article: u64) {
        *lock(&self.shared.texts).entry(article).or_default() += 1;
    }

    /// The number of an article's present text.
    #[must_use]
    pub fn text(&self, article: u64) -> u64 {
        lock(&self.shared.texts).get(&article).copied().unwrap_or_default()
    }

    /// Answers in another manner from now on.
    pub fn set_manner(&self, manner: Manner) {
        *lock(&self.shared.manner) = manner;
    }

    /// How many requests were answered.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut path = String::new();
        if reader.read_line(&mut path)? == 0 {
            return Ok(());
        }
        let mut known = String::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("if-none-match")
            {
                value.trim().clone_into(&mut known);
            }
        }
        let article = path
            .split(' ')
            .nth(1)
            .and_then(|path| path.strip_prefix("/a/"))
            .and_then(|number| number.parse().ok());
        let visit = shared.requests.fetch_add(1, Ordering::Relaxed);
        let mut stream = stream;
        match article {
            Some(article) => stream.write_all(&response(shared, article, visit, &known))?,
            None => stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")?,
        }
    }
}

fn response(shared: &Shared, article: u64, visit: u64, known: &str) -> Vec<u8> {
    let mut manner = *lock(&shared.manner);
    if manner == Manner::Any {
        manner = match lock(&shared.chance).below(3) {
            0 => Manner::NotModified,
            1 => Manner::SameBytes,
            _ => Manner::OtherBytes,
        };
    }
    let text = {
        let mut texts = lock(&shared.texts);
        let text = texts.entry(article).or_default();
        if manner == Manner::OtherText {
            *text += 1;
        }
        *text
    };
    let tag = format!("\"{article}-{text}\"");
    if manner == Manner::NotModified && known == tag {
        return format!("HTTP/1.1 304 Not Modified\r\netag: {tag}\r\n\r\n").into_bytes();
    }
    let noise = if matches!(manner, Manner::OtherBytes | Manner::OtherText) { visit } else { 0 };
    let body = zipped(page(article, text, noise, shared.page_bytes).as_bytes());
    let mut response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\netag: {tag}\r\n\
         content-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    response.extend_from_slice(&body);
    response
}

fn zipped(page: &[u8]) -> Vec<u8> {
    let mut zipped = Vec::new();
    // Reading from memory fails only where memory does.
    let _ = GzEncoder::new(page, Compression::fast()).read_to_end(&mut zipped);
    zipped
}

/// A page of an article's text, in surroundings that differ with `noise`, of `bytes` at least.
#[must_use]
pub fn page(article: u64, text: u64, noise: u64, bytes: usize) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>Council of town {article} meets | The Loopback Times</title></head><body>\
         <nav><a href=\"/\">Home</a> <a href=\"/politics\">Politics</a></nav>\
         <article><h1>Council of town {article} meets</h1>\n"
    );
    for paragraph in 0..8 {
        let _ = writeln!(
            page,
            "<p>The council of town {article} met for the {paragraph}th time this year, and those who \
             came to listen in hall {} of the old building heard what {} members had to say about \
             road number {}, which nobody has mended since.</p>",
            article * 7 + paragraph,
            article % 40 + paragraph + 3,
            article * 31 + paragraph
        );
        if paragraph == 3 {
            let _ = writeln!(
                page,
                "<p>According to the clerk, this is text number {text} of article {article}, and it \
                 stands here until the next one is published.</p>"
            );
        }
    }
    page.push_str("</article>\n<aside class=\"most-read\"><ul>\n");
    let mut chance = Chance::new(noise + 1);
    while page.len() + 60 < bytes {
        let story = chance.below(1_000_000);
        let _ = writeln!(
            page,
            "<li class=\"card card-{}\" data-rank=\"{}\"><a href=\"/story/{story}\"><span>Story \
             {story}</span></a></li>",
            chance.below(9),
            chance.below(1000)
        );
    }
    page.push_str("</ul></aside><footer>© The Loopback Times</footer></body></html>");
    page
}
