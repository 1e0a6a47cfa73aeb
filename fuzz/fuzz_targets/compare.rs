//! Any two texts are rebuilt by their comparison, byte for byte and in order.
//!
//! Input: lines are paragraphs; a line with nothing but a form feed parts the old text from the
//! new one. Run, with `cargo install cargo-fuzz`:
//!
//! ```text
//! cargo +nightly fuzz run compare -- -max_total_time=60
//! ```

#![no_main]

use libfuzzer_sys::fuzz_target;
use stet_core::ArticleText;
use stet_core::compare::{Comparison, Op, RowKind, Segment, compare, summary};

fuzz_target!(|input: &str| {
    let (old, new) = input.split_once("\n\u{c}\n").unwrap_or((input, ""));
    let text = |side: &str| {
        let mut lines = side.split('\n');
        ArticleText::new(lines.next().unwrap_or_default(), lines)
    };
    let (old, new) = (text(old), text(new));
    let comparison = compare(&old, &new);
    assert_in_order(&comparison, &old, &new);
    assert_rebuilt(&comparison, &old, &new);
    assert!(!summary(&comparison.kinds, &comparison.stats).is_empty());
});

/// Over all rows every paragraph stands once, in its own text's order.
fn assert_in_order(comparison: &Comparison, old: &ArticleText, new: &ArticleText) {
    let rows = &comparison.rows;
    assert!(rows.iter().flat_map(|row| &row.old).copied().eq(0..old.paragraphs.len()));
    assert!(rows.iter().flat_map(|row| &row.new).copied().eq(0..new.paragraphs.len()));
}

/// The joined pieces of every text are that text, and a row that says "equal" is.
fn assert_rebuilt(comparison: &Comparison, old: &ArticleText, new: &ArticleText) {
    assert_eq!(joined(&comparison.title.old_segs, Op::Insert), old.title);
    assert_eq!(joined(&comparison.title.new_segs, Op::Delete), new.title);
    for row in &comparison.rows {
        assert_eq!((row.old.len(), row.new.len()), (row.old_segs.len(), row.new_segs.len()));
        for (&at, pieces) in row.old.iter().zip(&row.old_segs) {
            assert_eq!(joined(pieces, Op::Insert), old.paragraphs[at]);
        }
        for (&at, pieces) in row.new.iter().zip(&row.new_segs) {
            assert_eq!(joined(pieces, Op::Delete), new.paragraphs[at]);
        }
        if row.kind == RowKind::Equal {
            assert_eq!(old.paragraphs[row.old[0]], new.paragraphs[row.new[0]]);
        }
    }
}

/// The text of a side's pieces, none of which may be empty or of the other side.
fn joined(pieces: &[Segment], foreign: Op) -> String {
    assert!(pieces.iter().all(|piece| !piece.text.is_empty() && piece.op != foreign));
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}
