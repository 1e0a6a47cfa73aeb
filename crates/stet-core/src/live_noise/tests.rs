//! Lines that are noise, in all languages of the list, and lines that are not.

use super::*;

fn are_same(one: &str, other: &str) {
    assert_eq!(normal_form(one), normal_form(other), "{one} / {other}");
    assert_ne!(normal_form(one), one, "{one} is taken for no noise");
}

fn stays(text: &str) {
    assert_eq!(normal_form(text), text);
}

#[test]
fn how_long_ago_it_was_makes_no_difference_in_ten_languages() {
    for (one, other) in [
        ("Updated 5 minutes ago", "Updated an hour ago"),
        ("2 hours ago", "just now"),
        ("Last updated: 1 min ago.", "Last updated: 3 days ago."),
        ("(Published 3h ago)", "(Published 4h ago)"),
        ("vor 5 Minuten", "vor einer Stunde"),
        ("Aktualisiert vor 1 Tag", "Aktualisiert vor 2 Tagen"),
        ("il y a 2 heures", "il y a une minute"),
        ("Mis à jour il y a 3 min", "Mis à jour à l’instant"),
        ("hace 2 horas", "hace un día"),
        ("Aggiornato 5 minuti fa", "Aggiornato un’ora fa"),
        ("há 5 minutos", "2 horas atrás"),
        ("5 minuten geleden", "een uur geleden"),
        ("Обновлено 5 минут назад", "Обновлено час назад"),
        ("更新于5分钟前", "更新于2小时前"),
        ("5分前", "2時間前"),
    ] {
        are_same(one, other);
    }
}

#[test]
fn what_readers_did_makes_no_difference() {
    for (one, other) in [
        ("1,234 readers", "1 reader"),
        ("12 comments", "1 comment"),
        ("Comments (12)", "Comments (13)"),
        ("1.2k views | 3 shares", "999 views | 14 shares"),
        ("12 Kommentare", "1 Kommentar"),
        ("3 412 vues", "1 vue"),
        ("12 comentarios", "1 comentario"),
        ("21 комментарий", "25 комментариев"),
        ("12条评论", "13条评论"),
        ("12件のコメント", "1件のコメント"),
        ("12 comments · 2 hours ago", "14 comments · 3 hours ago"),
    ] {
        are_same(one, other);
    }
    assert_ne!(normal_form("12 comments"), normal_form("12 shares"));
}

#[test]
fn what_a_ticker_says_makes_no_difference() {
    are_same("FTSE 100 7,403.14 +0.32%", "FTSE 100 7,398.02 -0.07%");
    are_same("DAX: 15.810,72 (−1,20 %)", "DAX: 15.990,01 (+0,15 %)");
    are_same(
        "Gold $1,912.40 +3.10 +0.16% | Oil $71.2 -0.4%",
        "Gold $1,901.00 -1.00 -0.05% | Oil $70.9 -1.4%",
    );
    assert_ne!(normal_form("FTSE 100 7,403.14 +0.32%"), normal_form("Dow Jones 7,403.14 +0.32%"));
}

#[test]
fn a_sentence_is_never_noise() {
    for text in [
        "The bridge was closed two hours ago.",
        "It began 5 minutes ago, the council said.",
        "Der Zug fuhr vor 5 Minuten ab.",
        "Some 1,234 readers wrote to the paper.",
        "12 comments were removed by the council.",
        "12 people were killed.",
        "12 dead",
        "Two years ago",
        "Shares of the bank rose 0.32% to 7,403.14.",
        "Turnout 67.4%",
        "York Green 41.2%",
        "Published 5 May 2020",
        "Updated 14:05",
        "",
    ] {
        stays(text);
    }
}

#[test]
fn a_lead_that_changed_is_a_change() {
    assert_ne!(normal_form("Updated 5 minutes ago"), normal_form("Published 5 minutes ago"));
}
