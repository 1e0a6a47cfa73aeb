//! A reader: asks for one page after the other over one connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, bail};

/// An answer, as it was sent.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    /// Bytes of its body, as sent.
    pub(crate) bytes: usize,
}

pub(crate) struct Browser {
    connection: BufReader<TcpStream>,
}

impl Browser {
    pub(crate) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let connection = TcpStream::connect(address)?;
        connection.set_nodelay(true)?;
        Ok(Self { connection: BufReader::new(connection) })
    }

    pub(crate) fn get(&mut self, path: &str, known: Option<&str>) -> anyhow::Result<Answer> {
        let known = known.map(|tag| format!("if-none-match: {tag}\r\n")).unwrap_or_default();
        write!(
            self.connection.get_mut(),
            "GET {path} HTTP/1.1\r\nhost: stet.example\r\naccept: text/html,*/*\r\n\
             accept-encoding: gzip, deflate, br\r\n{known}\r\n"
        )?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.context("no status line")?;
        let (mut length, mut is_chunked, mut etag) = (0, false, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => is_chunked = true,
                "etag" => etag = Some(value.to_owned()),
                _ => {}
            }
        }
        let bytes = if status == 304 {
            0
        } else if is_chunked {
            self.chunks()?
        } else {
            self.skip(length)?
        };
        Ok(Answer { status, etag, bytes })
    }

    fn chunks(&mut self) -> anyhow::Result<usize> {
        let mut bytes = 0;
        loop {
            let length = usize::from_str_radix(&self.line()?, 16)?;
            bytes += self.skip(length)?;
            self.line()?;
            if length == 0 {
                return Ok(bytes);
            }
        }
    }

    fn skip(&mut self, length: usize) -> anyhow::Result<usize> {
        let mut bytes = vec![0; length];
        self.connection.read_exact(&mut bytes)?;
        Ok(length)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.connection.read_line(&mut line)? == 0 {
            bail!("the connection was closed");
        }
        Ok(line.trim_end().to_owned())
    }
}
