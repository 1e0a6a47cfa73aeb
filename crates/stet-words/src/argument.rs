//! What is put into a message's places.

use std::borrow::Cow;

use fluent_bundle::FluentValue;
use stet_core::VersionNumber;

/// A text, or a number (which chooses between singular and plural, and is printed in groups).
///
/// Templates hand over what they have by reference, and what they have is often a reference itself.
pub trait Argument<'a> {
    /// As a message takes it.
    fn into_value(self) -> FluentValue<'a>;
}

impl<'a> Argument<'a> for String {
    fn into_value(self) -> FluentValue<'a> {
        FluentValue::String(Cow::Owned(self))
    }
}

/// A version's number is a name, not a count.
impl<'a> Argument<'a> for VersionNumber {
    fn into_value(self) -> FluentValue<'a> {
        self.to_string().into_value()
    }
}

impl<'a> Argument<'a> for &VersionNumber {
    fn into_value(self) -> FluentValue<'a> {
        (*self).into_value()
    }
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl<'a> Argument<'a> for $text {
            fn into_value(self) -> FluentValue<'a> {
                FluentValue::String(Cow::Borrowed(self))
            }
        }
    )*};
}

texts!(&'a str, &&'a str, &&&'a str, &'a String, &&'a String);

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl<'a> Argument<'a> for $number {
            fn into_value(self) -> FluentValue<'a> {
                FluentValue::from(self)
            }
        }

        impl<'a> Argument<'a> for &$number {
            fn into_value(self) -> FluentValue<'a> {
                FluentValue::from(*self)
            }
        }

        impl<'a> Argument<'a> for &&$number {
            fn into_value(self) -> FluentValue<'a> {
                FluentValue::from(**self)
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);
