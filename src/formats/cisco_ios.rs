//! Access lists of Cisco IOS and IOS-XE.

use super::cisco::config::Platform;
use super::cisco::signs::Signs;
use super::cisco::{remedy, routers, view};
use super::{Confidence, Format, Gaps, Input, Remedy};
use crate::policy::Policy;
use crate::source::Source;

/// The configuration of a router or switch with IOS or IOS-XE.
pub struct CiscoIos;

impl Format for CiscoIos {
    fn id(&self) -> &'static str {
        "cisco-ios"
    }

    fn title(&self) -> &'static str {
        "Cisco IOS / IOS-XE access lists"
    }

    fn how_to_export(&self) -> &'static str {
        "In privileged mode, after `terminal length 0`: `show running-config` (best: it tells which interface has which list), or \
         `show running-config | section access-list|object-group|^interface`, or `show access-lists`, whose hit counts are left \
         out. Lists that use an `object-group` need its definition as well."
    }

    fn recognise(&self, source: &Source) -> Confidence {
        let signs = Signs::of(source);
        signs.confidence(signs.ios, [signs.asa, signs.nxos], 0)
    }

    fn read(&self, input: &Input<'_>) -> Policy {
        let (configs, notes) = routers::read(input.source, Platform::Ios);
        view::policy(&configs, notes)
    }

    fn remedy(&self, input: &Input<'_>, policy: &Policy, gaps: &Gaps) -> Option<Remedy> {
        let (configs, _) = routers::read(input.source, Platform::Ios);
        remedy::remedy(input.source, &configs, policy, gaps)
    }
}
