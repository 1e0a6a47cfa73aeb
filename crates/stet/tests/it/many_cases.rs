//! `--jsonl`: many cases in one process.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What the command answers to these lines, and whether it succeeded.
fn answers(arguments: &[&str], lines: &str) -> (Vec<Value>, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stet"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    command.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = command.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let answers = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (answers, output.status.success())
}

#[test]
fn each_line_is_answered_by_its_id() {
    let (answers, is_success) = answers(
        &["compare", "--jsonl"],
        "{\"id\":7,\"old\":[\"The mayor lied.\"],\"new\":[\"The mayor erred.\"]}\n",
    );
    assert!(is_success);
    assert_eq!(answers[0]["id"], 7);
    assert_eq!(answers[0]["rows"][0]["old_segs"][0][1], json!(["-", "lied"]));
    assert!(answers[0]["ms"].is_number());
}

#[test]
fn a_line_that_is_no_case_is_answered_with_what_is_wrong_and_the_rest_goes_on() {
    let lines = "nonsense\n{\"id\":\"b\",\"old\":3}\n\n{\"id\":\"c\",\"old\":[],\"new\":[\"x\"]}\n";
    let (answers, is_success) = answers(&["compare", "--jsonl"], lines);
    assert!(!is_success);
    assert_eq!(answers.len(), 3);
    assert!(answers[0]["error"].as_str().unwrap().starts_with("line 1 is not a case: "));
    assert_eq!(answers[1]["id"], "b");
    assert_eq!(answers[2]["rows"][0]["kind"], "added");
}
