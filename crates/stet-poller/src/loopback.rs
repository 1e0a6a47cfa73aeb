//! A site on loopback that misbehaves on demand.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a site does once it has read the head of a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes and says nothing more, until the visitor leaves.
    Stall(Vec<u8>),
    /// Sends the first bytes, then the second ones again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends the first bytes, then one byte every now and then.
    Trickle(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
}

impl Reply {
    /// A complete answer with this status line, header lines and body.
    pub(crate) fn new(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut lines = vec![format!("content-length: {}", body.len())];
        lines.extend(headers.iter().map(|&line| line.to_owned()));
        let mut bytes = head(status, &lines);
        bytes.extend_from_slice(body);
        Self::Bytes(bytes)
    }

    pub(crate) fn page(body: &str) -> Self {
        Self::new("200 OK", &["content-type: text/html"], body)
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self::new("302 Found", &[&format!("location: {location}")], "")
    }
}

/// A head without a length, so that the body ends with the connection.
pub(crate) fn head(status: &str, lines: &[impl AsRef<str>]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n");
    for line in lines {
        head.push_str(line.as_ref());
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A running site; it stops when dropped.
pub(crate) struct Site {
    pair: SocketAddr,
    /// The heads of all requests so far.
    asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Site {
    /// Answers each request by its path (with query).
    pub(crate) async fn serve(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pair = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (reply, heads) = (Arc::new(reply), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reply, heads) = (Arc::clone(&reply), Arc::clone(&heads));
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some(head) = read_head(&mut stream).await else { return };
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    heads.lock().unwrap().push(head);
                    // A visitor who has heard enough breaks the connection.
                    drop(answer(stream, reply(&path)).await);
                });
            }
        });
        Self { pair, asked, task }
    }

    pub(crate) const fn pair(&self) -> SocketAddr {
        self.pair
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.pair)
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

async fn answer(mut stream: TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::Stall(bytes) => {
            stream.write_all(&bytes).await?;
            stream.read_u8().await?;
        }
        Reply::Endless(head, chunk) => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        Reply::Trickle(head) => {
            stream.write_all(&head).await?;
            let mut drip = tokio::time::interval(Duration::from_millis(20));
            loop {
                drip.tick().await;
                stream.write_all(b"x").await?;
            }
        }
        Reply::Reset(bytes) => {
            stream.write_all(&bytes).await?;
            // Closing with a zero linger sends RST instead of FIN. Only once the visitor has
            // had the bytes: a reset throws away what is still on its way.
            stream.set_zero_linger()?;
            stream.readable().await?;
        }
    }
    Ok(())
}
