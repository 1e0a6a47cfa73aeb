"""What checks by other people's programs stand on: a little news site, the program, an editor."""

import http.server
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PASSWORD = "a password of this check"
# Whatever takes longer on a busy machine is broken; in seconds.
PATIENCE = 120

NAMES = ["mayor", "bridge", "harvest"]
PARAGRAPHS = [
    "The council met on Monday evening to hear what had become of the {name}, and of the money.",
    "“We have said all that we are going to say,” a speaker told reporters outside the town hall.",
    "Residents had waited in the square since noon; some of them carried lanterns and thermos flasks.",
    "The report runs to 214 pages, of which eleven are about the {name} and the years before it.",
    "A second meeting is planned for next week, when the figures are to be put before the public.",
]
EDITS = [
    {},
    {1: "“We have nothing to add,” a speaker told reporters on the steps of the town hall."},
    {3: "The report runs to 219 pages, of which twelve are about the {name} and the years before."},
]


def page(name, edition):
    paragraphs = {**dict(enumerate(PARAGRAPHS)), **EDITS[edition]}
    body = "".join(f"<p>{text.format(name=name)}</p>" for text in paragraphs.values())
    headline = f"The {name} and what became of it" + (", again" if edition == 2 else "")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline}</title>'
        f"</head><body><article><h1>{headline}</h1>{body}</article></body></html>"
    )


class NewsSite:
    """A loopback site whose articles are edited when it says so."""

    def __init__(self):
        site = self
        self.edition = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.strip("/")
                found = name in NAMES or name == "proposed"
                body = page(name, site.edition).encode() if found else b"User-agent: *\n"
                self.send_response(200 if found or name == "robots.txt" else 404)
                self.send_header("Content-Type", "text/html" if found else "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.pair = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, name):
        return f"http://{self.pair}/{name}"


class Stet:
    """The program: commands, and processes that end with a `with` block."""

    def __init__(self, program, *pairs):
        self.program = program
        options = {"STET_FETCH_ALLOW": ",".join(pairs), "STET_HOST_GAP": "0s", "STET_LOG": "warn"}
        self.environment = {**os.environ, **options, "STET_PASSWORD": PASSWORD}

    def run(self, *arguments):
        command = [self.program, *arguments]
        subprocess.run(
            command, env=self.environment, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL
        )

    def watch_editions(self, site):
        """Three articles, each seen in all its editions, in seconds of their own."""
        self.run("migrate")
        self.run("watch", *[site.url(name) for name in NAMES])
        for edition in range(len(EDITS)):
            site.edition = edition
            self.run("check", "--all")
            seen = int(time.time())
            while int(time.time()) == seen:
                time.sleep(0.05)

    def start(self, *arguments):
        return subprocess.Popen(
            [self.program, *arguments], env=self.environment, stdout=subprocess.PIPE, text=True
        )


class Browser:
    """An editor's browser, as far as the forms need one."""

    def __init__(self, origin):
        self.origin = origin
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def get(self, path):
        return self.opener.open(self.origin + path, timeout=PATIENCE).read().decode()

    def post(self, path, **fields):
        body = urllib.parse.urlencode(fields).encode()
        return self.opener.open(self.origin + path, body, timeout=PATIENCE).read().decode()

    def log_in(self):
        self.post("/login", password=PASSWORD)

    def send(self, path, **fields):
        """Sends a form of an editor's, with the token that it carries."""
        form_token = re.search(r'name="form_token" value="([0-9a-f]+)"', self.get(path))[1]
        return self.post(path, form_token=form_token, **fields)


def hold(what, is_so):
    """Ends the check where something is not as it should be."""
    if not is_so:
        raise SystemExit(f"not so: {what}")
    print(f"ok: {what}", flush=True)


def listening(process):
    """The origin at which a process says that it listens."""
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return found[0]
    raise SystemExit("stet ended before it listened")


def installed(folder, requirements, name):
    """The folder with the programs of an environment with these packages; None if there is none."""
    mark = folder / requirements.name
    wanted = requirements.read_text()
    try:
        if not mark.exists() or mark.read_text() != wanted:
            print(f"installing {name}", flush=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [folder / "bin" / "pip", "install", "--quiet", "--requirement", requirements]
            subprocess.run(pip, check=True)
            mark.write_text(wanted)
    except (subprocess.CalledProcessError, OSError) as error:
        print(error, file=sys.stderr)
        return None
    return folder / "bin"
