use super::Catalogue;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the user knows about the machine or the set-up, by the key of the [`Fact`].
pub type Facts = BTreeMap<String, String>;

/// Something that conditions ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fact {
    pub title: String,
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The allowed values of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// How to find out.
    pub help: String,
}

/// What values a fact has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum FactType {
    /// A whole number; conditions compare it as a number.
    Integer,
    /// One of the listed values.
    Choice,
    /// `true` or `false`.
    Boolean,
}

impl Fact {
    /// What the fact's values are, as the end of a sentence.
    pub fn expects(&self) -> String {
        match self.kind {
            FactType::Integer => "a whole number".to_owned(),
            FactType::Boolean => "true or false".to_owned(),
            FactType::Choice => format!("one of {}", self.values.join(", ")),
        }
    }

    /// Whether `value` is one of the fact's values.
    pub fn accepts(&self, value: &str) -> bool {
        match self.kind {
            FactType::Integer => value.parse::<i64>().is_ok(),
            FactType::Boolean => matches!(value, "true" | "false"),
            FactType::Choice => self.values.iter().any(|allowed| allowed == value),
        }
    }
}

impl Catalogue {
    /// Checks one fact that the user states.
    ///
    /// # Errors
    /// A sentence that names the known keys, or the values that the key has.
    pub fn check_fact(&self, key: &str, value: &str) -> Result<(), Problem> {
        let Some(fact) = self.facts.get(key) else {
            let known: Vec<&str> = self.facts.keys().map(String::as_str).collect();
            let message = format!("The catalogue asks for no fact \"{key}\"; it knows {}.", known.join(", "));
            return Err(Problem::error("unknown-fact", message));
        };
        match fact.accepts(value) {
            true => Ok(()),
            false => {
                let message = format!("The fact {key} has to be {}, not \"{value}\".", fact.expects());
                Err(Problem::error("bad-fact", message).hint(fact.help.clone()))
            }
        }
    }

    /// Checks all facts that the user states.
    ///
    /// # Errors
    /// As [`Catalogue::check_fact`], for the first that is wrong.
    pub fn check_facts(&self, facts: &Facts) -> Result<(), Problem> {
        facts.iter().try_for_each(|(key, value)| self.check_fact(key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_fact_is_answered_with_what_would_be_right() {
        let catalogue = Catalogue::builtin();
        for (key, value, expected) in [
            ("windowsBuild", "14393", None),
            ("privateEndpoint", "true", None),
            ("windowsBuild", "Windows 10", Some("has to be a whole number, not \"Windows 10\"")),
            ("privateEndpoint", "yes", Some("has to be true or false, not \"yes\"")),
            (
                "windowsbuild",
                "14393",
                Some("no fact \"windowsbuild\"; it knows agentUpdate, privateEndpoint, windowsBuild"),
            ),
        ] {
            let facts = Facts::from([(key.to_owned(), value.to_owned())]);
            let message = catalogue.check_facts(&facts).err().map(|problem| problem.message);
            match expected {
                None => assert_eq!(message, None),
                Some(part) => assert!(message.as_ref().is_some_and(|m| m.contains(part)), "{message:?}"),
            }
        }
    }
}
