//! Access rules of the Cisco ASA.
//!
//! ```text
//! Source ─statements─▶ statements ─collect─▶ Config (lists as typed or as shown ─shown─▶ counted once)
//!                                               Config ─paths─▶ vantages: one for each interface that traffic comes in at
//! ```
//!
//! Sources: Cisco ASA Series CLI Configuration Guides, "Access Rules" (order: interface, global, implicit deny), "Access
//! Control Lists", "Objects for Access Control"; ASA Command Reference, "access-list extended", "access-group".

mod collect;
mod paths;
mod shown;
mod words;

use super::cisco::remedy;
use super::cisco::signs::Signs;
use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Source;

/// The configuration of an ASA, or its lists as shown.
pub struct CiscoAsa;

impl Format for CiscoAsa {
    fn id(&self) -> &'static str {
        "cisco-asa"
    }

    fn title(&self) -> &'static str {
        "Cisco ASA access rules"
    }

    fn how_to_export(&self) -> &'static str {
        "In privileged mode, after `terminal pager 0`: `show running-config` (best: it holds objects, lists and where they are \
         bound), or together `show running-config object`, `… object-group`, `… access-list` and `… access-group`. `show \
         access-list` is read as well, each entry once. In multiple context mode, run it in each context (`changeto context \
         NAME`)."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        let signs = Signs::of(source);
        signs.confidence(signs.asa, [signs.ios, signs.nxos], 2)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let (configs, notes) = collect::read(input.source);
        paths::policy(&configs, notes)
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let (configs, _) = collect::read(input.source);
        remedy::remedy(input.source, &configs, policy, gaps)
    }
}
