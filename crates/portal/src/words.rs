//! Every string that people read, as methods of [`Words`], generated from `messages/en.txt` and `messages/zh.txt`.
//!
//! A string that is missing in one language, has no translator's note or takes other arguments than its twin fails
//! the build; a template that names a string that does not exist does not compile.

use crate::calendar::{Form, Moment};
use crate::language::Language;
use crate::number;
use crate::view::Text;
use askama::filters::HtmlSafe;
use std::fmt;

/// Text that is already HTML. Only this module and the drawing modules make it, from escaped parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl Markup {
    /// Adds HTML as it is. The caller has escaped what came from elsewhere.
    pub(crate) fn raw(&mut self, html: &str) {
        self.0.push_str(html);
    }

    /// Adds text, escaped for content and for quoted attributes.
    pub(crate) fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\'' => self.raw("&#39;"),
                other => self.0.push(other),
            }
        }
    }

    /// Opens a link; the generated code closes it.
    pub(crate) fn link_opens(&mut self, address: &str) {
        self.raw("<a href=\"");
        self.text(address);
        self.raw("\">");
    }

    /// The text without its elements, for titles and names. Escapes stay, so it is still safe to print.
    #[must_use]
    pub(crate) fn plain(&self) -> Self {
        let mut out = String::with_capacity(self.0.len());
        let mut inside = false;
        for character in self.0.chars() {
            match character {
                '<' => inside = true,
                '>' => inside = false,
                other if !inside => out.push(other),
                _ => {}
            }
        }
        Self(out)
    }
}

/// The plural categories that the supported languages use (Unicode CLDR cardinal rules for whole numbers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plural {
    One,
    Other,
}

impl Plural {
    const fn of(language: Language, count: u64) -> Self {
        match (language, count) {
            (Language::English, 1) => Self::One,
            _ => Self::Other,
        }
    }
}

/// A value that can stand in a message.
pub(crate) trait Argument {
    /// Writes it in the manner of the language, escaped.
    fn write(&self, words: &Words, out: &mut Markup);
}

/// A whole number that a plural can depend on.
pub(crate) trait Count: Argument {
    /// The number.
    fn count(&self) -> u64;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn write(&self, words: &Words, out: &mut Markup) {
        (**self).write(words, out);
    }
}

impl<T: Count + ?Sized> Count for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

impl Argument for str {
    fn write(&self, _: &Words, out: &mut Markup) {
        out.text(self);
    }
}

impl Argument for String {
    fn write(&self, _: &Words, out: &mut Markup) {
        out.text(self);
    }
}

impl Argument for Markup {
    fn write(&self, _: &Words, out: &mut Markup) {
        out.raw(&self.0);
    }
}

impl Argument for Text {
    fn write(&self, words: &Words, out: &mut Markup) {
        out.raw(&words.name(self).0);
    }
}

/// A whole number in a template, however many references stand before it.
pub(crate) trait Whole {
    /// The number.
    fn whole(&self) -> i128;

    /// The number as milliseconds since 1970.
    fn milliseconds(&self) -> i64 {
        i64::try_from(self.whole()).unwrap_or(i64::MAX)
    }
}

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i128 {
        (**self).whole()
    }
}

macro_rules! wholes {
    ($($kind:ty),*) => {$(
        impl Whole for $kind {
            fn whole(&self) -> i128 {
                i128::from(*self)
            }
        }
    )*};
}
wholes!(u32, i64, u64, i128);

macro_rules! counts {
    ($($kind:ty),*) => {$(
        impl Argument for $kind {
            fn write(&self, _: &Words, out: &mut Markup) {
                out.raw(&number::grouped(i128::try_from(*self).unwrap_or(i128::MAX)));
            }
        }
        impl Count for $kind {
            fn count(&self) -> u64 {
                u64::try_from(*self).unwrap_or(u64::MAX)
            }
        }
    )*};
}
counts!(u32, u64, usize, i128);

/// The words of one language, for one reader.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    language: Language,
    /// `/zh` or `/en` when the reader chose a language by address, else empty.
    prefix: &'static str,
}

impl Words {
    /// Words of a language; links carry `prefix`.
    #[must_use]
    pub(crate) const fn new(language: Language, prefix: &'static str) -> Self {
        Self { language, prefix }
    }

    /// The language of the page.
    #[must_use]
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The address of a page, in the reader's language.
    #[must_use]
    pub(crate) fn to(&self, path: impl AsRef<str>) -> String {
        let path = path.as_ref();
        match path {
            "/" if !self.prefix.is_empty() => self.prefix.to_owned(),
            _ if path.starts_with('/') => format!("{}{path}", self.prefix),
            _ => path.to_owned(),
        }
    }

    /// A name in the page's language if its authority gave one, else as it is, marked with its own language.
    #[must_use]
    pub(crate) fn name(&self, name: &Text) -> Markup {
        let mut out = Markup::default();
        let (text, language) = name.in_language(self.language.code());
        let foreign = !language.is_empty() && Language::from_tag(language) != Some(self.language);
        if foreign {
            out.raw("<span lang=\"");
            out.text(language);
            out.raw("\">");
        }
        out.text(text);
        if foreign {
            out.raw("</span>");
        }
        out
    }

    /// What stands between two sentences: a space, but nothing in Chinese.
    #[must_use]
    pub(crate) const fn gap(&self) -> &'static str {
        match self.language {
            Language::English => " ",
            Language::Chinese => "",
        }
    }

    /// A number with grouped digits and a typographic minus.
    #[must_use]
    pub(crate) fn count(&self, value: impl Argument) -> Markup {
        let mut out = Markup::default();
        value.write(self, &mut out);
        out
    }

    /// A moment as date and time, in a `time` element.
    #[must_use]
    pub(crate) fn moment(&self, time_ms: impl Whole) -> Markup {
        self.time_element(time_ms.milliseconds(), Form::Full)
    }

    /// A moment as a date, in a `time` element.
    #[must_use]
    pub(crate) fn date(&self, time_ms: impl Whole) -> Markup {
        self.time_element(time_ms.milliseconds(), Form::Date)
    }

    /// A moment as the time of day.
    #[must_use]
    pub(crate) fn clock(&self, time_ms: impl Whole) -> Markup {
        let mut out = Markup::default();
        let moment = Moment::from_ms(time_ms.milliseconds());
        out.raw(&format!("{:02}:{:02}:{:02}", moment.hour, moment.minute, moment.second));
        out
    }

    fn time_element(&self, time_ms: i64, form: Form) -> Markup {
        let moment = Moment::from_ms(time_ms);
        let mut out = Markup::default();
        out.raw("<time datetime=\"");
        out.raw(&moment.iso());
        out.raw("\">");
        let date = self.civil_date(&moment);
        match form {
            Form::Date => out.raw(&date.0),
            Form::Full => {
                let time = format!("{:02}:{:02}", moment.hour, moment.minute);
                out.raw(&self.time_full(date, time).0);
            }
        }
        out.raw("</time>");
        out
    }

    /// A period as people say it; a form that the calendar does not know stands as it is written.
    #[must_use]
    pub(crate) fn period(&self, period: &str) -> Markup {
        let mut parts = period.split('-');
        let year = parts.next().unwrap_or_default().to_owned();
        let (second, third) = (parts.next(), parts.next());
        match (second.map(|part| (part, part.parse::<u8>())), third.map(str::parse::<u8>)) {
            (None, _) => self.period_year(year),
            (Some((_, Ok(month @ 1..=12))), None) => match self.language {
                Language::English => self.period_month(self.month(month), year),
                Language::Chinese => self.period_month(month.to_string(), year),
            },
            (Some((_, Ok(month @ 1..=12))), Some(Ok(day))) => match self.language {
                Language::English => self.time_date(day.to_string(), self.month(month), year),
                Language::Chinese => self.time_date(day.to_string(), month.to_string(), year),
            },
            (Some((part, _)), None) if part.starts_with('Q') => self.period_quarter(part.trim_start_matches('Q'), year),
            _ => self.count(period),
        }
    }

    fn civil_date(&self, moment: &Moment) -> Markup {
        // Years are not grouped, so they go in as text.
        let (year, day) = (moment.year.to_string(), moment.day.to_string());
        match self.language {
            Language::English => self.time_date(day, self.month(moment.month), year),
            Language::Chinese => self.time_date(day, moment.month.to_string(), year),
        }
    }

    fn month(&self, month: u8) -> String {
        let name = match month {
            1 => self.month_1(),
            2 => self.month_2(),
            3 => self.month_3(),
            4 => self.month_4(),
            5 => self.month_5(),
            6 => self.month_6(),
            7 => self.month_7(),
            8 => self.month_8(),
            9 => self.month_9(),
            10 => self.month_10(),
            11 => self.month_11(),
            _ => self.month_12(),
        };
        name.to_string()
    }
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
