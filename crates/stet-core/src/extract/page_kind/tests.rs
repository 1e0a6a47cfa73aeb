//! Pages of every kind that is no article, small and of our own making, and for each kind the
//! articles that look like it or talk about it.

use super::super::{Page, extract};
use super::*;
use crate::ArticleText;

const FIRST: &str = "The council of York voted on Tuesday to close the old bridge over the Ouse \
    for repairs that are expected to last, its engineers said, until the spring of next year.";
const LAST: &str = "Shops on both sides of the river fear for their trade, and some have asked \
    the council for help, which it will discuss on Friday, a spokesman said.";

fn read_at(address: &str, html: &str) -> Result<ArticleText, ExtractError> {
    let address = Address::parse(address).expect("an address");
    extract(Page { address: &address, content_type: Some("text/html"), bytes: html.as_bytes() })
}

fn read(html: &str) -> Result<ArticleText, ExtractError> {
    read_at("https://www.example-news.org/york/the-old-bridge-is-to-close", html)
}

#[track_caller]
fn is(kind: PageKind, html: &str) {
    assert_eq!(read(html), Err(ExtractError::NotAnArticle(kind)), "{html}");
}

#[track_caller]
fn is_article(html: &str) {
    if let Err(error) = read(html) {
        panic!("{error}: {html}");
    }
}

/// A page with a title, which is its headline too, and a body.
fn page(title: &str, body: &str) -> String {
    format!("<title>{title} | Example News</title><h1>{title}</h1>{body}")
}

fn paragraphs(texts: &[&str]) -> String {
    let paragraph = |text: &&str| format!("<p>{text}</p>");
    texts.iter().map(paragraph).collect()
}

/// What the headers of newspapers hold, and a banner, a newsletter form and a login form.
fn with_furniture(title: &str, body: &str) -> String {
    let link = |n: usize| {
        format!("<li><a href='/story-{n}'>Another story of the day, number {n}</a></li>")
    };
    let links: String = (0..30).map(link).collect();
    format!(
        "<title>{title} | Example News</title>
        <header><a href='/'>Example News</a> <a href='/subscribe'>Subscribe</a> <p>Already a subscriber?</p>
        <form action='/login'><h2>Log in</h2><input name=user><input type=password><p>Forgot your password?</p></form></header>
        <div id=onetrust-banner><p>We and our partners use cookies and your personal data.</p>
        <button>Accept all</button><button>Manage options</button></div>
        <article><h1>{title}</h1>{body}</article>
        <div class=newsletter><p>Sign up to our newsletter</p><form><input type=email><div class=g-recaptcha></div></form></div>
        <aside class=most-read><h2>Most read</h2><ul>{links}</ul></aside>"
    )
}

#[test]
fn an_error_page_with_a_good_status_is_named_in_eleven_languages() {
    for (title, text) in [
        (
            "404 – Page not found",
            "Sorry, the page you were looking for is not here. Try our home page or the search above to find what you came for; it may have been moved or deleted.",
        ),
        (
            "Seite nicht gefunden",
            "Die gesuchte Seite gibt es nicht. Bitte prüfen Sie die Adresse oder gehen Sie zur Startseite, auf der Sie alle Nachrichten des Tages finden, oder nutzen Sie die Suche.",
        ),
        ("Page introuvable", "La page que vous recherchez n'existe plus."),
        ("Página no encontrada", "La página que buscas no existe."),
        ("Pagina non trovata", "La pagina che stai cercando non esiste."),
        ("Página não encontrada", "A página que você procura não existe."),
        ("Pagina niet gevonden", "De pagina die je zoekt bestaat niet."),
        ("Sidan hittades inte", "Sidan du letar efter finns inte."),
        ("Страница не найдена", "Запрашиваемая страница не существует."),
        ("页面不存在", "您访问的页面不存在。"),
        ("ページが見つかりません", "お探しのページは削除された可能性があります。"),
    ] {
        is(PageKind::ErrorPage, &page(title, &format!("<p>{text}</p>")));
    }
}

#[test]
fn a_notice_of_maintenance_or_that_an_article_has_expired_is_an_error_page() {
    for (title, text) in [
        (
            "Wartungsarbeiten",
            "Wegen Wartungsarbeiten ist unsere Seite vorübergehend nicht erreichbar.",
        ),
        (
            "Wegen Wartungsarbeiten ist unsere Seite vorübergehend nicht erreichbar.",
            "Wir arbeiten mit Hochdruck daran, dass Sie alle Nachrichten bald wieder wie gewohnt lesen können, und bitten um Ihr Verständnis.",
        ),
        ("Under maintenance", "Our website is currently down for maintenance."),
        ("Site en maintenance", "Notre site est actuellement en maintenance."),
        ("Технические работы", "На сайте ведутся технические работы."),
        ("系统维护中", "网站正在维护，请稍后再访问。"),
        (
            "この記事の公開は終了しました",
            "この記事の公開は終了しました。掲載期間が過ぎた記事は、有料の記事データベースでご覧いただけます。ほかのニュースはトップページからお探しください。",
        ),
    ] {
        is(PageKind::ErrorPage, &page(title, &format!("<p>{text}</p>")));
    }
}

#[test]
fn an_article_about_maintenance_is_one() {
    is_article(&page(
        "Wartungsarbeiten: Notruf vorübergehend nicht erreichbar",
        &paragraphs(&[
            "Wegen Wartungsarbeiten ist der Notruf in der Stadt vorübergehend nicht erreichbar.",
            "Das teilte die Feuerwehr am Dienstag mit. Wer in der Nacht Hilfe braucht, soll zur nächsten Wache gehen oder die Nummer des Krankenhauses wählen, die seit Montag auf allen Plakaten steht.",
        ]),
    ));
    is_article(&page(
        "Wartungsarbeiten",
        "<p>Die alte Brücke über die Ouse wird von Dienstag an gewartet, hat der Rat beschlossen. Bis zum Frühling müssen alle, die von der einen Seite der Stadt auf die andere wollen, einen Umweg von zwei Kilometern machen, sagte eine Sprecherin.</p>",
    ));
    is_article(&page(
        "映画の公開が終了、配給会社が発表",
        "<p>配給会社は火曜日、映画の公開は終了しましたと発表した。掲載期間が過ぎた広告は撤去されるという。映画館の前には最後の上映を見ようと多くの人が並び、監督も姿を見せて観客に感謝を伝えた。</p>",
    ));
}

#[test]
fn an_error_page_is_named_although_it_lists_other_articles() {
    let teaser = |n: usize| {
        format!(
            "<h3><a href='/{n}'>Story number {n} of the day</a></h3><p>What happened in the town on day {n}, and who was there to see it.</p>"
        )
    };
    let teasers: String = (0..30).map(teaser).collect();
    let html = page("Page not found", &format!("<p>We can’t find that page.</p>{teasers}"));
    is(PageKind::ErrorPage, &format!("<meta name=robots content=noindex>{html}"));
}

#[test]
fn an_article_about_errors_is_one() {
    let texts = [FIRST, "Visitors of its site read: “404 – page not found”.", LAST];
    is_article(&page(
        "Page not found: how a council lost ten years of minutes",
        &paragraphs(&texts),
    ));
    let long = paragraphs(&[FIRST, LAST].repeat(12));
    is_article(&page("Page not found", &long));
}

#[test]
fn a_block_against_robots_is_named_by_its_markup_or_its_words() {
    for html in [
        "<title>Just a moment...</title><script>window._cf_chl_opt={};</script><p>Enable JavaScript and cookies to continue</p>",
        "<title>example-news.org</title><p>Please enable JS and disable any ad blocker</p><script src='https://geo.captcha-delivery.com/x.js'></script>",
        "<title>Access to this page has been denied</title><div id=px-captcha></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>",
        "<title>Access Denied</title><h1>Access Denied</h1>You don't have permission to access \"http&#58;&#47;&#47;x\" on this server.<p>Reference&#32;&#35;18&#46;2d",
        "<html><head><META NAME='robots' CONTENT='noindex,nofollow'></head><iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful. Incapsula incident ID: 1-2</iframe></html>",
        "<title>Sind Sie ein Mensch?</title><h1>Sind Sie ein Mensch?</h1><p>Bitte bestätigen Sie, dass Sie ein Mensch sind.</p>",
        "<title>Accès refusé</title><h1>Accès refusé</h1><p>Confirmez que vous êtes un humain.</p>",
        "<title>Säkerhetskontroll</title><h1>Säkerhetskontroll</h1><p>Bekräfta att du är en människa.</p>",
        "<title>请稍候…</title><h1>请稍候…</h1><p>请验证您是真人。</p>",
    ] {
        is(PageKind::BotBlock, html);
    }
    let refused = "ご利用の環境からのアクセスが多いため、表示を一時的に止めています。お手数ですが、以下の枠に印を付けてロボットではないことを確認させてください。確認が終わると、元のページが自動で表示されます。問題が続く場合は、お使いのブラウザーの設定でクッキーとスクリプトが有効になっているかどうかをお確かめのうえ、時間をおいてもう一度お試しください。";
    is(PageKind::BotBlock, &page("アクセスが拒否されました", &format!("<p>{refused}</p>")));
    is(
        PageKind::BotBlock,
        "<title>访问受限</title><h1>安全验证</h1><p>为了保护网站的安全，我们需要确认您不是机器人。请完成下面的验证，之后您会自动回到刚才的页面。如果多次出现这个提示，请稍后再试，或者与我们的客服联系，并告诉他们您的网络地址。</p>",
    );
    let long = page(
        "Sorry, you have been blocked",
        &paragraphs(&[
            "You are unable to access example-news.org",
            "Why have I been blocked?",
            "This website is using a security service to protect itself from online attacks. The action you just performed triggered the security solution. There are several actions that could trigger this block including submitting a certain word or phrase, a SQL command or malformed data.",
            "What can I do to resolve this?",
            "You can email the site owner to let them know you were blocked. Please include what you were doing when this page came up and the Cloudflare Ray ID found at the bottom of this page.",
        ]),
    );
    is(PageKind::BotBlock, &format!("{long}<div class=cf-error-details></div>"));
}

#[test]
fn an_article_about_captchas_is_one() {
    let texts = [FIRST, "Visitors read: “Please verify you are a human”.", LAST];
    is_article(&page("‘Verify you are a human’, says the council to its cat", &paragraphs(&texts)));
    is_article(&page(
        "Access denied",
        &format!("{}<div class=g-recaptcha></div>", paragraphs(&[FIRST, LAST].repeat(2))),
    ));
    let long = paragraphs(&[FIRST, LAST].repeat(12));
    is_article(&page("Just a moment", &format!("{long}<pre>_cf_chl_opt and px-captcha</pre>")));
}

#[test]
fn an_article_about_robots_is_one_in_languages_without_spaces() {
    is_article(&page(
        "「ロボットではないことを確認」はなぜ増えたのか",
        "<p>「ロボットではないことを確認」という表示が増えている。アクセスが拒否されました、と出ることもある。新聞社は火曜日、人工知能の会社による大量の読み込みを防ぐためだと説明した。読者からは、記事を読むまでに時間がかかるという声も出ている。</p>",
    ));
    is_article(&page(
        "网站为何总要确认您不是机器人",
        "<p>“请确认您不是机器人”，越来越多的网站这样要求读者。专家星期二在记者会上表示，这是因为人工智能公司大量抓取内容。不少读者抱怨，打开一篇文章要等很久，有时还会被告知访问受限。</p>",
    ));
}

#[test]
fn a_consent_wall_is_named() {
    for (title, texts, button) in [
        (
            "Before you continue to Example News",
            vec![
                "We and our partners use cookies and data to deliver and maintain our services, to measure how they are used, and to develop new ones.",
                "If you choose to “Accept all”, we will also use your data to show personalised content and ads, depending on your preferences.",
            ],
            "Accept all",
        ),
        (
            "Wie gewohnt mit Werbung lesen",
            vec![
                "Besuchen Sie unsere Seiten wie gewohnt mit Werbung und Tracking. Ihre Zustimmung ist jederzeit widerrufbar. Wir und unsere Partner verarbeiten personenbezogene Daten.",
            ],
            "Akzeptieren und weiter",
        ),
        (
            "Votre vie privée",
            vec![
                "Avec votre consentement, nos partenaires et nous utilisons des cookies ou technologies similaires pour stocker et accéder à des informations personnelles comme votre visite sur ce site.",
            ],
            "Tout accepter",
        ),
        (
            "Jouw privacy is belangrijk",
            vec![
                "Wij en onze partners vragen jouw toestemming om cookies te plaatsen en jouw gegevens te gebruiken voor het tonen van advertenties die bij je passen op al onze sites.",
            ],
            "Akkoord",
        ),
    ] {
        is(
            PageKind::ConsentWall,
            &page(title, &format!("{}<button>{button}</button>", paragraphs(&texts))),
        );
    }
    let html = page(
        "Example",
        "<p>Please wait while we load your choices.</p><button>Accept all</button>",
    );
    let found = read_at("https://consent.example-news.org/collectConsent?sessionId=1", &html);
    assert_eq!(found, Err(ExtractError::NotAnArticle(PageKind::ConsentWall)));
}

#[test]
fn an_article_about_consent_is_one_and_so_is_one_under_a_banner() {
    let texts = [
        "Banners that say “We and our partners use cookies” are to be forbidden in the towns of the north from next spring, the minister said in York on Tuesday.",
        LAST,
    ];
    is_article(&with_furniture("Cookie banners to be forbidden", &paragraphs(&texts)));
    is_article(&with_furniture("Bridge closes", &paragraphs(&[FIRST])));
}

const NOT_FREE: &str = r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge closes",
    "isAccessibleForFree": "False", "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false,
    "cssSelector": ".paid"}}</script>"#;

#[test]
fn the_beginning_of_an_article_behind_a_paywall_is_named() {
    for wall in [
        "<div class=offer><h3>Subscribe to continue reading</h3><p>Already a subscriber? <a href=/l>Log in</a></p></div>",
        "<div class=offer><p>Dieser Artikel ist nur für Abonnenten.</p><p>Jederzeit kündbar</p></div>",
        "<div class=offer><p>Article réservé aux abonnés</p><p>Vous êtes déjà abonné ? <a href=/l>Connectez-vous</a></p></div>",
        "<div class=offer><p>Suscríbete para seguir leyendo</p><p>¿Ya eres suscriptor?</p></div>",
        "<div class=offer><p>Este contenido es exclusivo para suscriptores</p><p>Suscríbete para seguir leyendo. ¿Ya eres suscriptor? Inicia sesión.</p></div>",
        "<div class=offer><p>Suscríbete para seguir leyendo. ¿Ya eres suscriptor? Inicia sesión.</p></div>",
        "<div class=offer><p>Bli prenumerant för att läsa vidare</p><p>Redan prenumerant? Logga in</p></div>",
        "<div class=offer><p>本文为付费内容，订阅后可阅读全文</p><p>已是订阅用户？请登录</p></div>",
        "<div class=offer><p>この記事は有料会員限定です。</p><p>会員の方はこちら</p></div>",
    ] {
        let html = page("Bridge closes", &format!("<p>{FIRST}</p>{wall}"));
        is(PageKind::Paywall, &html);
        is(PageKind::Paywall, &format!("{NOT_FREE}{html}"));
    }
    is(
        PageKind::Paywall,
        &format!("{NOT_FREE}{}", page("Bridge closes", &format!("<p>{FIRST}</p>"))),
    );
}

#[test]
fn an_article_that_is_sent_whole_is_one_although_it_is_not_free() {
    let short = page("Bridge closes", &format!("<div class=paid><p>{FIRST}</p></div>"));
    is_article(&format!("{NOT_FREE}{short}"));
    let offer = "<div class=offer><p>Subscribe to continue reading</p></div>";
    let long = paragraphs(&[FIRST, LAST].repeat(12));
    is_article(&format!("{NOT_FREE}{}", page("Bridge closes", &format!("{long}{offer}"))));
    let metered = NOT_FREE.replace("hasPart", "x");
    is_article(&format!("{metered}{}", with_furniture("Bridge closes", &paragraphs(&[FIRST]))));
}

#[test]
fn an_article_about_subscriptions_is_one() {
    let texts = [
        "“Subscribe to continue reading” is a sentence that the readers of York are to see less often from next year on, the paper said on Tuesday.",
        LAST,
    ];
    is_article(&with_furniture("Paper takes down its paywall", &paragraphs(&texts)));
    let texts = [
        "“Este contenido es exclusivo para suscriptores”: así empiezan ya casi todas las noticias del diario de la ciudad, que desde el martes cobra por ellas.",
        "Los lectores que no pagan ven el aviso “Suscríbete para seguir leyendo”, y muchos se han quejado al director.",
    ];
    is_article(&with_furniture("El diario ya no es gratis", &paragraphs(&texts)));
    let texts = "“本文为付费内容，订阅后可阅读全文”，这家报纸的读者从星期二起会经常看到这句话。总编辑在记者会上说，广告收入连年下降。";
    is_article(&with_furniture("报纸开始收费", &paragraphs(&[texts])));
}

#[test]
fn a_login_page_is_named() {
    for (title, text) in [
        ("Log in", "Forgot your password?"),
        ("Anmelden", "Passwort vergessen?"),
        ("Connexion", "Mot de passe oublié ?"),
        ("Logga in", "Glömt lösenordet?"),
        ("Вход", "Забыли пароль?"),
        ("ログイン", "パスワードを忘れた方"),
    ] {
        let html = format!(
            "<main><form><label>Name <input name=user></label><input type=password><p>{text}</p></form></main>"
        );
        is(PageKind::LoginPage, &page(title, &html));
        let more = "<p>With an account of Example News you can keep articles, comment on them, get our letters \
            in the morning, and read the puzzles and the paper as it was printed.</p>";
        is(PageKind::LoginPage, &page(title, &format!("{html}{more}")));
    }
}

#[test]
fn an_article_with_a_login_form_or_about_one_is_one() {
    let form = "<div><form><input type=password><p>Forgot your password?</p><p>Remember me</p></form></div>";
    is_article(&page("Bridge closes", &format!("<p>{FIRST}</p>{form}")));
    is_article(&page(
        "Log in, said the lumberjack, and was fined",
        &format!("<p>{FIRST}</p>{form}"),
    ));
}

#[test]
fn a_video_without_a_text_is_named() {
    let video = r#"<script type="application/ld+json">{"@type": "VideoObject", "name": "Bridge closes"}</script>"#;
    let player = "<video src=x></video>";
    is(
        PageKind::VideoPage,
        &format!("{video}{}", page("Bridge closes", &format!("{player}<p>{FIRST}</p>"))),
    );
    let html = page(
        "Brücke wird gesperrt",
        "<div class=video-player></div><p>Der Rat hat es beschlossen.</p>",
    );
    is(PageKind::VideoPage, &format!("<meta property=og:type content=video.other>{html}"));
}

#[test]
fn an_article_with_a_video_is_one() {
    let article = r#"<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge closes",
        "video": {"@type": "VideoObject"}}</script>"#;
    is_article(&format!(
        "{article}{}",
        page("Bridge closes", &format!("<video src=x></video><p>{FIRST}</p>"))
    ));
    let video = r#"<script type="application/ld+json">{"@type": "VideoObject"}</script>"#;
    let text = paragraphs(&[FIRST, LAST].repeat(2));
    is_article(&format!(
        "{video}{}",
        page("Bridge closes", &format!("<video src=x></video>{text}"))
    ));
}

/// A list of articles, as fronts have it.
fn teasers(count: usize) -> String {
    let teaser = |n: usize| {
        format!(
            "<div><h3><a href='/story-{n}'>The council of town {n} votes</a></h3><p>It was a long night for \
            the people of town {n}, who had come to hear how their council would vote on the bridge.</p></div>"
        )
    };
    (0..count).map(teaser).collect()
}

#[test]
fn a_section_front_is_named() {
    for address in ["https://www.example-news.org/", "https://www.example-news.org/politik"] {
        for title in ["Politics", "Politik", "Политика", "政治"] {
            let found = read_at(address, &page(title, &teasers(30)));
            assert_eq!(found, Err(ExtractError::NotAnArticle(PageKind::SectionFront)), "{address}");
        }
    }
    let link = |n: usize| format!("<div><a href='/{n}'>The council of town {n} votes</a></div>");
    let links: String = (0..40).map(link).collect();
    let found = read_at("https://www.example-news.org/", &page("Latest news", &links));
    assert_eq!(found, Err(ExtractError::NotAnArticle(PageKind::SectionFront)));
}

#[test]
fn a_live_report_is_an_article() {
    let entry = |n: usize| {
        format!(
            "<div><h3><a href='#entry-{n}'>{n}:00 The council votes again</a></h3><p>It was the vote number {n} \
            of a long night for the people who had come to hear how the council would decide.</p></div>"
        )
    };
    let entries: String = (1..24).map(entry).collect();
    is_article(&page("Council votes on bridge – live", &entries));
    let elsewhere = entries.replace(
        "href='#",
        "href='https://www.example-news.org/york/the-old-bridge-is-to-close?page=2#",
    );
    is_article(&page("Council votes on bridge – live", &elsewhere));
}

#[test]
fn a_short_report_a_gallery_and_a_list_of_things_to_buy_are_articles() {
    is_article(&with_furniture("Bridge closes", &paragraphs(&[FIRST])));
    let picture = |n: usize| {
        format!(
            "<figure><img src={n}><figcaption>Picture {n}</figcaption></figure><p>The bridge in the year 190{n}, seen from the tower of the church of Saint Mary.</p>"
        )
    };
    let pictures: String = (1..9).map(picture).collect();
    is_article(&page("The bridge in pictures", &pictures));
    let book = |n: usize| {
        format!(
            "<h2><a href='https://shop.example/{n}'>Book number {n} of the year</a></h2><p>It tells of a bridge, of those who built it, and of the day on which it fell into the river.</p>"
        )
    };
    let books: String = (1..11).map(book).collect();
    is_article(&page("Ten books for the summer", &books));
}

#[test]
fn a_page_whose_articles_are_its_own_sections_is_judged_by_what_it_says_it_is() {
    let article = "<meta property=og:type content=article>";
    is_article(&format!("{article}{}", page("Ten towns to see", &teasers(10))));
}

#[test]
fn hostile_selectors_and_statements_are_answered() {
    for selector in ["", "div[", ":::", "*", ":has(:has(*))"] {
        let html = NOT_FREE.replace(".paid", selector);
        // Any answer is right; a panic is not.
        drop(read(&format!("{html}{}", page("Bridge closes", &format!("<p>{FIRST}</p>")))));
    }
}
