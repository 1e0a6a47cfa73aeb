//! `stet serve` as a user starts it, and a visitor of its pages.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Whatever takes longer on a busy machine is broken.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running service over a private Postgres of its own.
pub(crate) struct Service {
    child: Child,
    data: TempDir,
    options: Vec<String>,
    host: String,
    login_path: String,
}

/// An answer to a request.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// A browser without JavaScript: it keeps a cookie and follows nothing by itself.
pub(crate) struct Visitor<'a> {
    service: &'a Service,
    cookie: Option<String>,
}

/// A temporary directory that the user who runs Postgres for root can pass through.
pub(crate) fn temp_dir() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o711)).tempdir().unwrap()
}

impl Service {
    /// Starts it, with these options, and waits until it says where it listens.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_in(temp_dir(), options)
    }

    /// The same over a data directory that was used before.
    pub(crate) fn start_in(data: TempDir, options: &[&str]) -> Self {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let mut child = stet(data.path(), &options)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, told) = mpsc::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The test may have ended; the pipe is read on, so that nobody is held up.
                let _ = tell.send(line);
            }
        });
        let link = loop {
            let line = told.recv_timeout(PATIENCE).expect("a login link");
            if line.contains("/login?token=") {
                break line.trim().to_owned();
            }
        };
        let (host, login_path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let (host, login_path) = (host.to_owned(), format!("/{login_path}"));
        Self { child, data, options, host, login_path }
    }

    /// Runs another `stet` command on the same data, beside the service.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        stet(self.data.path(), &self.options).args(arguments).output().unwrap()
    }

    /// What that command prints, if it succeeds.
    pub(crate) fn told(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What the database answers to a query.
    pub(crate) fn query(&self, sql: &str) -> String {
        let data_dir = self.data.path().to_str().unwrap();
        let psql = ["--", "psql", "--no-psqlrc", "-At", "-c", sql];
        self.told(&[&["with-postgres", "--data-dir", data_dir], &psql[..]].concat())
    }

    /// Kills it as `kill -9` does, and gives its data back.
    pub(crate) fn kill(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::mem::replace(&mut self.data, temp_dir())
    }

    /// Ends it as Ctrl-C does; says whether it ended well.
    pub(crate) fn interrupt(mut self) -> (bool, TempDir) {
        let pid = self.child.id().to_string();
        Command::new("/bin/kill").args(["-s", "INT", &pid]).status().unwrap();
        let status = self.child.wait().unwrap();
        (status.success(), std::mem::replace(&mut self.data, temp_dir()))
    }

    /// Where it listens, as `host:port`.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor { service: self, cookie: None }
    }

    /// A visitor who has followed the login link.
    pub(crate) fn editor(&self) -> Visitor<'_> {
        let mut visitor = self.visitor();
        let token = self.login_path.split_once("token=").unwrap().1;
        let page = visitor.post("/login", &[("token", token), ("next", "/")]);
        assert_eq!(page.status, 303, "{page:?}");
        visitor
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already after `kill` and `interrupt`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Visitor<'_> {
    pub(crate) fn get(&mut self, path: &str) -> Page {
        self.request(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// Gets a page again and again until it is as it should be, as a reader who reloads it.
    pub(crate) fn get_until(&mut self, path: &str, is_done: impl Fn(&Page) -> bool) -> Page {
        let began = Instant::now();
        loop {
            let page = self.get(path);
            if is_done(&page) {
                return page;
            }
            assert!(began.elapsed() < PATIENCE, "{path} stays {page:?}");
        }
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let form = form.extend_pairs(fields).finish();
        let head = format!(
            "POST {path} HTTP/1.1\r\norigin: http://{}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            self.service.host,
            form.len()
        );
        self.request(&head, &form)
    }

    fn request(&mut self, head: &str, body: &str) -> Page {
        let host = &self.service.host;
        let cookie = self.cookie.as_ref().map(|cookie| format!("cookie: {cookie}\r\n"));
        let cookie = cookie.unwrap_or_default();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "{head}host: {host}\r\nconnection: close\r\n{cookie}\r\n{body}").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let page = Page::parse(&answer);
        if let Some(cookie) = page.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        page
    }
}

impl Page {
    fn parse(answer: &[u8]) -> Self {
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let page = Self { status, headers, body: body.to_owned() };
        match page.header("transfer-encoding") {
            Some("chunked") => Self { body: unchunked(body), ..page },
            _ => page,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a form's hidden field.
    pub(crate) fn hidden(&self, name: &str) -> &str {
        let field = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&field).unwrap_or_else(|| panic!("{self:?}"));
        rest.split('"').next().unwrap()
    }
}

/// Joins the chunks of a body (RFC 9112, 7.1).
fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
        if size == 0 {
            break;
        }
    }
    whole
}

/// `stet` over this data directory, with these settings.
fn stet(data: &Path, options: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stet"));
    command.env_remove("DATABASE_URL").stdin(Stdio::null());
    command.arg("--data-dir").arg(data).args(options);
    command
}
