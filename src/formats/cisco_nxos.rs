//! Access lists of Cisco NX-OS, and of Arista EOS, which has the same language.

use super::cisco::config::Platform;
use super::cisco::signs::Signs;
use super::cisco::{remedy, routers, view};
use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Source;

/// The configuration of a switch with NX-OS.
pub struct CiscoNxos;

impl Format for CiscoNxos {
    fn id(&self) -> &'static str {
        "cisco-nxos"
    }

    fn title(&self) -> &'static str {
        "Cisco NX-OS access lists"
    }

    fn how_to_export(&self) -> &'static str {
        "After `terminal length 0`: `show running-config` (best: it tells which interface has which list), `show running-config \
         aclmgr` (lists, groups of objects and where they are bound), or `show access-lists`, whose hit counts are left out. \
         Lists of Arista EOS are read in the same way."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        let signs = Signs::of(source);
        signs.confidence(signs.nxos, [signs.asa, signs.ios], 1)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let (configs, notes) = routers::read(input.source, Platform::Nxos);
        view::policy(&configs, notes)
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let (configs, _) = routers::read(input.source, Platform::Nxos);
        remedy::remedy(input.source, &configs, policy, gaps)
    }
}
