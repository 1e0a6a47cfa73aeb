//! What Stet says to its readers, apart from the code that says it.
//!
//! The texts stand in `locales/LANGUAGE/*.ftl`, in [Fluent]'s syntax; [`text`] and [`say`] take
//! one by its name. Another language is another folder; what it lacks is said in English. One process speaks
//! one language ([`speak`]), so that a page is the same for all its readers and caches can keep it.
//!
//! [Fluent]: https://projectfluent.org/fluent/guide/
//!
//! ```
//! use stet_words::say;
//!
//! assert_eq!(say("count-words").with("count", 1_204).to_string(), "1,204 words");
//! ```

mod argument;
mod language;
mod names;
mod numbers;
mod said;
mod summary;
mod times;

pub use argument::Argument;
pub use language::{UnknownLanguage, direction, language, languages, speak};
pub use names::{kind, kind_meaning, list, outcome};
pub use numbers::{counted, grouped, share, size};
pub use said::{Said, say, text, text_of};
pub use summary::{summary, summary_of};
pub use times::{day, exact_moment, hour, moment, span};
