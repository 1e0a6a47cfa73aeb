//! The examples of RFC 9309, and what sites write in fact.

use super::*;

fn allows(robots: &Robots, path: &str) -> bool {
    robots.allows(&Url::parse("https://news.example").unwrap().join(path).unwrap())
}

/// Which of the paths one line `Disallow: {pattern}` forbids.
fn forbidden<'a>(pattern: &str, paths: &[&'a str]) -> Vec<&'a str> {
    let robots = Robots::read(format!("User-agent: *\nDisallow: {pattern}").as_bytes());
    paths.iter().copied().filter(|path| !allows(&robots, path)).collect()
}

/// RFC 9309 §5.1.
const SIMPLE: &[u8] = b"User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
";

#[test]
fn each_visitor_of_the_simple_example_obeys_its_own_group() {
    let paths = ["/example/page.html", "/example/allowed.gif", "/other.gif", "/publications/x"];
    let allowed = |token| {
        let robots = Robots::read_for(token, SIMPLE);
        paths.map(|path| allows(&robots, path))
    };
    assert_eq!(allowed("FooBot"), [true, true, false, false]);
    assert_eq!(allowed("barbot"), [false, true, true, true]);
    assert_eq!(allowed("bazbot"), [false, true, true, true]);
    assert_eq!(allowed("quxbot"), [true, true, true, true]);
    assert_eq!(allowed("Stet"), [false, false, false, true]);
}

#[test]
fn the_longest_match_of_the_second_example_decides() {
    let robots = Robots::read_for(
        "foobot",
        b"User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif",
    );
    assert!(allows(&robots, "/example/page/"));
    assert!(!allows(&robots, "/example/page/disallowed.gif"));
}

#[test]
fn of_two_equally_long_matches_the_one_that_allows_decides() {
    let robots = Robots::read(b"User-agent: *\nAllow: /a\nDisallow: /a\nDisallow: /b\nAllow: /b");
    assert!(allows(&robots, "/a") && allows(&robots, "/b"));
}

#[test]
fn groups_of_one_visitor_are_one_group_and_nobodys_elses() {
    let robots = Robots::read(
        b"user-agent: Stet\ndisallow: /foo\ndisallow: /bar\n\nuser-agent: *\ndisallow: /\n\n\
          user-agent: BazBot\ndisallow: /baz\n\nuser-agent: stet\ndisallow: /corge",
    );
    let allowed = ["/foo", "/bar", "/baz", "/corge"].map(|path| allows(&robots, path));
    assert_eq!(allowed, [false, false, true, false]);
}

#[test]
fn a_visitor_is_known_by_its_product_token_alone() {
    let forbids = |name: &str| {
        let robots = Robots::read(format!("User-agent: {name}\nDisallow: /").as_bytes());
        !allows(&robots, "/a")
    };
    for name in ["Stet", "STET", "stet/2.0 (x)", "*"] {
        assert!(forbids(name), "{name}");
    }
    for name in ["Stetson", "NotStet", "", "ste"] {
        assert!(!forbids(name), "{name}");
    }
}

#[test]
fn octets_are_compared_as_the_table_of_the_rfc_says() {
    for (pattern, path) in [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
        ("/foo/bar/\u{30c4}", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%e3%83%84", "/foo/bar/\u{30c4}"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
        ("/path/foo-%24", "/path/foo-$"),
        ("/path/$foo", "/path/$foo"),
    ] {
        assert_eq!(forbidden(pattern, &[path, "/foo/other"]), [path], "{pattern}");
    }
    // A slash that was written in percent signs divides no path.
    assert_eq!(forbidden("/a%2Fb", &["/a/b", "/a%2fb"]), ["/a%2fb"]);
}

#[test]
fn asterisks_stand_for_anything_and_a_dollar_sign_for_the_end() {
    let paths = ["/fish", "/fish.php", "/fish/a.php", "/fish/a.php?x=1", "/Fish.php"];
    assert_eq!(forbidden("/fish", &paths), &paths[..4]);
    assert_eq!(forbidden("/fish*", &paths), &paths[..4]);
    assert_eq!(forbidden("/fish$", &paths), ["/fish"]);
    assert_eq!(forbidden("/fish/", &paths), &paths[2..4]);
    assert_eq!(forbidden("/*.php", &paths), &paths[1..]);
    assert_eq!(forbidden("/*.php$", &paths), ["/fish.php", "/fish/a.php", "/Fish.php"]);
    assert_eq!(forbidden("/*/*.php", &paths), &paths[2..4]);
    assert_eq!(forbidden("*?x=", &paths), ["/fish/a.php?x=1"]);
    assert_eq!(forbidden("/ab*b$", &["/ab", "/abb", "/abbab"]), ["/abb", "/abbab"]);
    assert_eq!(forbidden("", &paths), [""; 0]);
}

#[test]
fn comments_marks_strange_lines_and_all_line_ends_are_borne() {
    let robots = Robots::read(
        b"\xef\xbb\xbfUSER-AGENT : * # all\r\n\r\nSitemap: https://news.example/map.xml\rnonsense\n\
          \xff\xfe: x\nDisallow\t:\t/a # not this\nDisallow: /\xe9",
    );
    let allowed = ["/a", "/b", "/%E9"].map(|path| allows(&robots, path));
    assert_eq!(allowed, [false, true, false]);
}

#[test]
fn what_lies_behind_the_first_500_kib_is_not_read_nor_half_a_line() {
    let mut bytes = b"User-agent: *\nDisallow: /a\n".to_vec();
    bytes.resize(MAX_ROBOTS_BYTES - 12, b'#');
    bytes.extend(b"\nDisallow: /private\nDisallow: /b");
    let robots = Robots::read(&bytes);
    let allowed = ["/a", "/b", "/private", "/x"].map(|path| allows(&robots, path));
    assert_eq!(allowed, [false, true, true, true]);
}

#[test]
fn a_robots_txt_may_always_be_read_itself() {
    let robots = Robots::read(b"User-agent: *\nDisallow: /");
    assert!(allows(&robots, "/robots.txt") && !allows(&robots, "/robots.txt.html"));
}

#[test]
fn a_delay_belongs_to_its_group_ends_its_heading_and_is_30_seconds_at_most() {
    let delay = |text: &str| Robots::read(text.as_bytes()).crawl_delay();
    let seconds = |seconds| Some(TimeDelta::seconds(seconds));
    assert_eq!(delay("User-agent: *\nCrawl-delay: 10"), seconds(10));
    assert_eq!(delay("User-agent: *\nCrawl-delay: 0.5"), Some(TimeDelta::milliseconds(500)));
    assert_eq!(delay("User-agent: *\nCrawl-delay: 1e99"), seconds(30));
    assert_eq!(delay("User-agent: other\nCrawl-delay: 10"), None);
    for unusable in ["-1", "NaN", "inf", "soon", ""] {
        assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {unusable}")), None, "{unusable}");
    }
    let robots = Robots::read(b"User-agent: Stet\nCrawl-delay: 5\nUser-agent: x\nDisallow: /");
    assert_eq!((robots.crawl_delay(), allows(&robots, "/a")), (seconds(5), true));
}

#[test]
fn many_asterisks_take_no_longer_than_few() {
    // Backtracking would take some 2^40 steps.
    let pattern = format!("/{}b", "*a".repeat(40));
    let path = format!("/{}", "a".repeat(1_900));
    assert_eq!(forbidden(&pattern, &[path.as_str()]), [""; 0]);
}
