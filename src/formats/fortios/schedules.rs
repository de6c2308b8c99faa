//! Schedules: whether a policy holds at all times.
//!
//! Source: FortiOS CLI Reference 6.0.0, config firewall schedule recurring: with the same time as start and end a schedule
//! runs for 24 hours. That one without either does so too rests on how every device defines `always`.

use super::context::{Context, MAX_DEPTH, unknown};
use super::tree::{Entry, Scope};
use crate::policy::Condition;
use crate::source::Span;

const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// When a policy with this schedule holds; `None` at all times.
pub(super) fn when(context: &mut Context<'_>, name: &str, at: Span) -> Option<Condition> {
    if always(context, name, MAX_DEPTH) {
        return None;
    }
    if name == "none" && never(context) {
        return Some(Condition::never());
    }
    Some(unknown(format!("the schedule `{name}` holds at some times only"), at))
}

fn always(context: &mut Context<'_>, name: &str, depth: usize) -> bool {
    if let Some(entry) = context.find("firewall schedule recurring", name) {
        context.uses_fields(entry, &["day", "start", "end"]);
        return entry.damaged.is_none() && is_whole_week(entry);
    }
    match context.find("firewall schedule group", name).filter(|_| depth > 0) {
        Some(group) => {
            context.uses_fields(group, &["member"]);
            group.damaged.is_none() && group.values("member").iter().any(|member| always(context, member, depth / 2))
        }
        None => name == "always" && context.find("firewall schedule onetime", name).is_none(),
    }
}

/// Whether a name of the shipped schedules, such as `always`, still stands for all times in this text.
pub(super) fn is_as_shipped(scope: &Scope, name: &str) -> bool {
    let others = ["firewall schedule onetime", "firewall schedule group"];
    match scope.entry("firewall schedule recurring", name) {
        Some(entry) => entry.damaged.is_none() && is_whole_week(entry),
        None => others.iter().all(|path| scope.entry(path, name).is_none()),
    }
}

fn is_whole_week(entry: &Entry) -> bool {
    let days = entry.values("day");
    DAYS.iter().all(|day| days.iter().any(|own| own == day)) && entry.value("start") == entry.value("end")
}

/// Whether `none` is as it was shipped: without days.
fn never(context: &Context<'_>) -> bool {
    let days = |entry: &Entry| entry.damaged.is_none() && entry.values("day").iter().all(|day| day == "none");
    context.find("firewall schedule recurring", "none").is_none_or(days)
}
