//! A news site on loopback whose articles the test edits.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the site answers at a path.
#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    content_type: &'static str,
    /// In seconds.
    retry_after: Option<u32>,
    body: Vec<u8>,
}

/// A site that serves until the test ends.
pub(crate) struct NewsSite {
    address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
}

impl NewsSite {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
        let shared = Arc::clone(&answers);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = Arc::clone(&shared);
                // A visitor that leaves early is no concern of the site.
                thread::spawn(move || drop(answer(&stream, &answers)));
            }
        });
        Self { address, answers }
    }

    /// The pair that the guard has to let through.
    pub(crate) fn pair(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Publishes an article, or another text of it.
    pub(crate) fn publish(&self, path: &str, title: &str, paragraphs: &[&str]) {
        let body: Vec<String> = paragraphs.iter().map(|text| format!("<p>{text}</p>\n")).collect();
        let body = body.concat();
        let page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <title>{title} | The Loopback Times</title></head><body>\
             <nav><a href=\"/\">Home</a> <a href=\"/politics\">Politics</a></nav>\
             <article><h1>{title}</h1>\n{body}</article>\
             <footer>© The Loopback Times</footer></body></html>"
        );
        self.answer(path, 200, "text/html", page);
    }

    /// Publishes a feed of these articles.
    pub(crate) fn publish_feed(&self, path: &str, articles: &[&str]) {
        let items: Vec<String> = articles
            .iter()
            .map(|article| {
                format!("<item><title>{article}</title><link>{}</link></item>", self.url(article))
            })
            .collect();
        let items = items.concat();
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>The Loopback Times</title>\
             <link>{}</link><description>News</description>{items}</channel></rss>",
            self.url("/")
        );
        self.answer(path, 200, "application/rss+xml", feed);
    }

    /// Asks whoever visits a path to leave the site alone for so many seconds.
    pub(crate) fn ask_for_rest(&self, path: &str, seconds: u32) {
        let busy = Answer {
            status: 429,
            content_type: "text/plain",
            retry_after: Some(seconds),
            body: b"Too many requests".into(),
        };
        self.put(path, busy);
    }

    /// Answers anything at a path.
    pub(crate) fn answer(
        &self,
        path: &str,
        status: u16,
        content_type: &'static str,
        body: impl Into<Vec<u8>>,
    ) {
        self.put(path, Answer { status, content_type, retry_after: None, body: body.into() });
    }

    fn put(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }
}

fn answer(mut stream: &TcpStream, answers: &Mutex<HashMap<String, Answer>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        line.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let not_found = Answer {
        status: 404,
        content_type: "text/html",
        retry_after: None,
        body: b"<title>Not found</title>".into(),
    };
    let answer = answers.lock().unwrap().get(path).cloned().unwrap_or(not_found);
    write!(
        stream,
        "HTTP/1.1 {} Whatever\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n",
        answer.status,
        answer.content_type,
        answer.body.len()
    )?;
    if let Some(seconds) = answer.retry_after {
        write!(stream, "retry-after: {seconds}\r\n")?;
    }
    write!(stream, "\r\n")?;
    stream.write_all(&answer.body)
}
