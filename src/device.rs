//! One export on the path, read: its text, its form, its policy, and the vantages that count.

use crate::formats::{self, Dialect, Format, Input, Polarity, others};
use crate::policy::{Policy, Vantage};
use crate::problem::Problem;
use crate::reach::Views;
use crate::source::Source;
use crate::stated::Stated;

/// How the user wants an export to be read.
#[derive(Clone, Debug, Default)]
pub struct Reading<'a> {
    /// A format's id; `None` to detect it.
    pub format: Option<&'a str>,
    /// The id of one of the format's dialects.
    pub dialect: Option<&'a str>,
    pub polarity: Option<Polarity>,
    /// The label of the vantage to look from; `None`: an answer stands where all agree.
    pub vantage: Option<&'a str>,
    pub stated: &'a Stated,
}

/// An export that was read.
pub struct Device<'a> {
    pub input: Input<'a>,
    pub format: &'static dyn Format,
    pub policy: Policy,
    vantage: Option<String>,
}

impl<'a> Device<'a> {
    /// Recognises and reads an export.
    ///
    /// # Errors
    /// What to tell the user: no format recognises the text, two do equally, nothing of a chosen format stands in it, or a
    /// chosen format, dialect or vantage does not exist.
    pub fn read(source: &'a Source, attachments: &'a [Source], reading: &Reading<'a>) -> Result<Device<'a>, Problem> {
        let format = match reading.format {
            Some(id) => formats::by_id(id).ok_or_else(|| unknown_format(id))?,
            None => recognised(source)?,
        };
        let dialect = reading.dialect.and_then(|id| format.dialects().iter().find(|dialect| dialect.id == id));
        let input = Input { source, attachments, dialect, polarity: reading.polarity, stated: reading.stated };
        let policy = format.read(&input);
        if policy.vantages.is_empty() || !policy.account.uses(source.file()) {
            return Err(nothing_read(source, format, policy.problems.first()));
        }
        let vantage =
            policy.vantages.iter().map(|v| v.label.clone()).find(|label| Some(label.as_str()) == reading.vantage);
        Ok(Device { input, format, policy, vantage })
    }

    /// The same export, read as another product reads it.
    pub fn in_dialect(&self, dialect: &'static Dialect) -> Device<'a> {
        let input = Input { dialect: Some(dialect), ..self.input };
        Device { input, format: self.format, policy: self.format.read(&input), vantage: self.vantage.clone() }
    }

    /// Another text of the same device, read in the same way.
    pub fn with_text<'b>(&self, source: &'b Source) -> Device<'b>
    where
        'a: 'b,
    {
        let input = Input { source, ..self.input };
        Device { input, format: self.format, policy: self.format.read(&input), vantage: self.vantage.clone() }
    }

    pub fn name(&self) -> &'a str {
        self.input.source.name()
    }

    /// The chosen vantage, or the only one there is.
    pub fn vantage(&self) -> Option<&str> {
        match self.policy.vantages.as_slice() {
            [only] => Some(&only.label),
            _ => self.vantage.as_deref(),
        }
    }

    pub fn labels(&self) -> Vec<String> {
        self.policy.vantages.iter().map(|vantage| vantage.label.clone()).collect()
    }

    /// The vantages that an answer has to hold for.
    pub fn views(&self) -> Views<'_> {
        let counts = |label: &str| self.vantage.as_deref().is_none_or(|chosen| chosen == label);
        self.policy.vantages.iter().filter(|vantage| counts(&vantage.label)).collect()
    }

    /// Whether clients ask the device by name: see [`Planes::proxy`](crate::policy::Planes).
    pub fn is_proxy(&self) -> bool {
        self.policy.vantages.iter().any(Vantage::is_proxy)
    }

    /// Whether what it says of a name is final: see [`Vantage::is_asked_by_name`].
    pub fn is_asked_by_name(&self) -> bool {
        self.policy.vantages.iter().any(Vantage::is_asked_by_name)
    }

    /// Whether the device chooses a way and lets nothing through itself.
    pub fn routes(&self) -> bool {
        self.policy.vantages.iter().any(|vantage| vantage.routing.is_some())
    }

    /// The dialect in use: the chosen one, else the format's first.
    pub fn dialect(&self) -> Option<&'static Dialect> {
        self.input.dialect.or_else(|| self.format.dialects().first())
    }
}

/// The surest format, unless two are equally sure.
fn recognised(source: &Source) -> Result<&'static dyn Format, Problem> {
    let found = formats::detect(source);
    match found.as_slice() {
        [] => Err(unrecognised(source)),
        [(first, x), (second, y), ..] if x.percent == y.percent => Err(Problem::error(
            "ambiguous-format",
            format!("{} looks as much like {} as like {}.", source.name(), first.title(), second.title()),
        )
        .hint(format!("Choose the format: {} or {}.", first.id(), second.id()))),
        [(format, _), ..] => Ok(*format),
    }
}

fn supported() -> String {
    let mut ids: Vec<&str> = formats::FORMATS.iter().map(|format| format.id()).collect();
    ids.sort_unstable();
    ids.join(", ")
}

fn unrecognised(source: &Source) -> Problem {
    let named = others::looks_like(source.text()).map(|title| format!(" It looks like {title}, which is not read."));
    let message = format!("No supported format recognises {}.{}", source.name(), named.unwrap_or_default());
    let hint = format!("Supported: {}. If it is one of these, choose it by hand.", supported());
    Problem::error("unrecognised", message).hint(hint)
}

fn unknown_format(id: &str) -> Problem {
    Problem::error("unknown-format", format!("There is no format `{id}`.")).hint(format!("Formats: {}.", supported()))
}

fn nothing_read(source: &Source, format: &dyn Format, first: Option<&Problem>) -> Problem {
    let message = format!("{} holds nothing that {} could be read from.", source.name(), format.title());
    let problem = Problem::error("unrecognised", message);
    match first {
        Some(Problem { message, hint: Some(hint), .. }) => problem.hint(format!("{message} {hint}")),
        Some(first) => problem.hint(first.message.clone()),
        None => problem.hint("Choose another format, or let it be detected."),
    }
}
