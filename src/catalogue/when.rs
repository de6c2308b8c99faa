use super::Facts;
use crate::hosts::Tri;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A condition over facts: one of `all`, `any`, `not`, or `fact` with `op` and `value`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Written", into = "Written")]
pub enum When {
    /// Every part holds; holds always if there is no part.
    All(Vec<When>),
    /// Some part holds; never holds if there is no part.
    Any(Vec<When>),
    Not(Box<When>),
    Test {
        fact: String,
        op: Op,
        value: Value,
    },
}

/// How a fact is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
}

impl Op {
    /// Whether it asks for order, which only numbers have.
    pub fn is_order(self) -> bool {
        matches!(self, Op::Lt | Op::Le | Op::Gt | Op::Ge)
    }
}

/// What a fact is compared with; a list for `in`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    Boolean(bool),
    Integer(i64),
    Text(String),
    List(Vec<Value>),
}

/// The form in JSON: one of `all`, `any`, `not`, or `fact` with `op` and `value`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "When"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<When>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<When>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not: Option<Box<When>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    op: Option<Op>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl When {
    /// Whether it holds under what is known; [`Tri::Maybe`] where an unknown fact decides.
    pub fn holds(&self, facts: &Facts) -> Tri {
        match self {
            When::All(parts) => parts.iter().map(|part| part.holds(facts)).min().unwrap_or(Tri::Yes),
            When::Any(parts) => parts.iter().map(|part| part.holds(facts)).max().unwrap_or(Tri::No),
            When::Not(part) => match part.holds(facts) {
                Tri::Yes => Tri::No,
                Tri::Maybe => Tri::Maybe,
                Tri::No => Tri::Yes,
            },
            When::Test { fact, op, value } => facts.get(fact).map_or(Tri::Maybe, |known| value.test(*op, known)),
        }
    }

    /// The tests it is made of.
    pub fn tests(&self) -> Vec<(&str, Op, &Value)> {
        match self {
            When::All(parts) | When::Any(parts) => parts.iter().flat_map(When::tests).collect(),
            When::Not(part) => part.tests(),
            When::Test { fact, op, value } => vec![(fact.as_str(), *op, value)],
        }
    }
}

impl Value {
    fn test(&self, op: Op, known: &str) -> Tri {
        if let (Value::List(values), Op::In) = (self, op) {
            return values.iter().map(|value| value.test(Op::Eq, known)).max().unwrap_or(Tri::No);
        }
        let Some(order) = self.order(known) else { return Tri::Maybe };
        let holds = match op {
            Op::Eq | Op::In => order == Ordering::Equal,
            Op::Ne => order != Ordering::Equal,
            Op::Lt => order == Ordering::Less,
            Op::Le => order != Ordering::Greater,
            Op::Gt => order == Ordering::Greater,
            Op::Ge => order != Ordering::Less,
        };
        if holds { Tri::Yes } else { Tri::No }
    }

    /// How `known` stands to this value; `None` if they cannot be compared, such as a word with a number.
    fn order(&self, known: &str) -> Option<Ordering> {
        match self {
            Value::Boolean(value) => known.parse::<bool>().ok().map(|known| known.cmp(value)),
            Value::Integer(value) => known.trim().parse::<i64>().ok().map(|known| known.cmp(value)),
            Value::Text(value) => Some(known.cmp(value.as_str())),
            Value::List(_) => None,
        }
    }
}

impl TryFrom<Written> for When {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written { all: Some(parts), any: None, not: None, fact: None, op: None, value: None } => {
                Ok(When::All(parts))
            }
            Written { all: None, any: Some(parts), not: None, fact: None, op: None, value: None } => {
                Ok(When::Any(parts))
            }
            Written { all: None, any: None, not: Some(part), fact: None, op: None, value: None } => Ok(When::Not(part)),
            Written { all: None, any: None, not: None, fact: Some(fact), op: Some(op), value: Some(value) } => {
                Ok(When::Test { fact, op, value })
            }
            _ => {
                Err("a condition is one of \"all\", \"any\", \"not\", or \"fact\" with \"op\" and \"value\"".to_owned())
            }
        }
    }
}

impl From<When> for Written {
    fn from(when: When) -> Written {
        match when {
            When::All(parts) => Written { all: Some(parts), ..Written::default() },
            When::Any(parts) => Written { any: Some(parts), ..Written::default() },
            When::Not(part) => Written { not: Some(part), ..Written::default() },
            When::Test { fact, op, value } => {
                Written { fact: Some(fact), op: Some(op), value: Some(value), ..Written::default() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(when: &str, facts: &[(&str, &str)]) -> Tri {
        let when: When = serde_json::from_str(when).unwrap();
        let facts = facts.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
        when.holds(&facts)
    }

    const OLD: &str = r#"{"fact": "windowsBuild", "op": "lt", "value": 14393}"#;
    const PRIVATE: &str = r#"{"fact": "privateEndpoint", "op": "eq", "value": true}"#;

    #[test]
    fn numbers_compare_as_numbers_and_the_unknown_stays_open() {
        for (op, below, same, above) in [
            ("lt", Tri::Yes, Tri::No, Tri::No),
            ("le", Tri::Yes, Tri::Yes, Tri::No),
            ("gt", Tri::No, Tri::No, Tri::Yes),
            ("ge", Tri::No, Tri::Yes, Tri::Yes),
            ("eq", Tri::No, Tri::Yes, Tri::No),
            ("ne", Tri::Yes, Tri::No, Tri::Yes),
        ] {
            let when = format!(r#"{{"fact": "windowsBuild", "op": "{op}", "value": 14393}}"#);
            assert_eq!(holds(&when, &[("windowsBuild", "9600")]), below, "9600 {op}");
            assert_eq!(holds(&when, &[("windowsBuild", "14393")]), same, "14393 {op}");
            assert_eq!(holds(&when, &[("windowsBuild", "20348")]), above, "20348 {op}");
            assert_eq!(holds(&when, &[]), Tri::Maybe);
            assert_eq!(holds(&when, &[("windowsBuild", "new")]), Tri::Maybe);
        }
    }

    #[test]
    fn parts_join_in_three_valued_logic() {
        let all = format!(r#"{{"all": [{OLD}, {PRIVATE}]}}"#);
        let any = format!(r#"{{"any": [{OLD}, {PRIVATE}]}}"#);
        let not = format!(r#"{{"not": {OLD}}}"#);
        let (old, new) = (("windowsBuild", "7601"), ("windowsBuild", "20348"));
        let (yes, no) = (("privateEndpoint", "true"), ("privateEndpoint", "false"));
        for (when, facts, expected) in [
            (&all, vec![old, yes], Tri::Yes),
            (&all, vec![old], Tri::Maybe),
            (&all, vec![new], Tri::No),
            (&any, vec![old], Tri::Yes),
            (&any, vec![new], Tri::Maybe),
            (&any, vec![new, no], Tri::No),
            (&not, vec![old], Tri::No),
            (&not, vec![new], Tri::Yes),
            (&not, vec![], Tri::Maybe),
        ] {
            assert_eq!(holds(when, &facts), expected, "{when} {facts:?}");
        }
        assert_eq!(holds(r#"{"all": []}"#, &[]), Tri::Yes);
        assert_eq!(holds(r#"{"any": []}"#, &[]), Tri::No);
    }

    #[test]
    fn membership_asks_each_value() {
        let when = r#"{"fact": "windowsBuild", "op": "in", "value": [6002, 7601]}"#;
        assert_eq!(holds(when, &[("windowsBuild", "7601")]), Tri::Yes);
        assert_eq!(holds(when, &[("windowsBuild", "7602")]), Tri::No);
        assert_eq!(holds(when, &[]), Tri::Maybe);
        let words = r#"{"fact": "phase", "op": "in", "value": ["install", "run"]}"#;
        assert_eq!(holds(words, &[("phase", "run")]), Tri::Yes);
        assert_eq!(holds(words, &[("phase", "restore")]), Tri::No);
    }

    #[test]
    fn a_condition_has_one_form() {
        for text in
            ["{}", r#"{"all": [], "any": []}"#, r#"{"fact": "x"}"#, r#"{"fact": "x", "op": "like", "value": 1}"#]
        {
            assert!(serde_json::from_str::<When>(text).is_err(), "{text}");
        }
        for text in [OLD, PRIVATE] {
            let when: When = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::from_str::<When>(&serde_json::to_string(&when).unwrap()).unwrap(), when);
        }
    }
}
