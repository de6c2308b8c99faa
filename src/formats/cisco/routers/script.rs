//! Commands that take back what stands above: `no …`, `default …`.

use super::{Place, Reader};
use crate::addresses::Family;
use crate::formats::cisco::config::Binding;
use crate::formats::cisco::statements::Statement;
use crate::formats::cisco::words::{is_entry, list_header, split_number};

impl Reader<'_, '_> {
    pub(super) fn negated(&mut self, words: &[&str], statement: &Statement) -> bool {
        let own: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        match words {
            ["access-list", name, ..] => self.config.acls.retain(|acl| acl.name != *name),
            ["object-group", .., name] => drop(self.config.objects.remove(*name)),
            ["interface", name @ ..] => {
                let name = name.concat();
                self.config.bindings.retain(|binding| binding.at.as_ref() != Some(&name));
                self.config.interfaces.retain(|interface| interface.name != name);
                self.place = Place::Interface(name);
            }
            ["ip", "access-group", direction @ ("in" | "out")] => return self.unbind(Family::V4, direction, None),
            ["ipv6", "traffic-filter", direction @ ("in" | "out")] => return self.unbind(Family::V6, direction, None),
            ["ip" | "ipv6", "access-group" | "traffic-filter", name, direction, ..] => {
                let family = if words[0] == "ip" { Family::V4 } else { Family::V6 };
                return self.unbind(family, direction, Some(name));
            }
            _ => match (list_header(words), self.place.clone()) {
                (Some((name, family, _)), _) => {
                    self.leave();
                    self.config.acls.retain(|acl| acl.name != name || acl.family != family);
                }
                (None, Place::List { index, .. }) if is_entry(&own) || own.len() == 1 => {
                    let (number, rest) = split_number(&own);
                    let named = number.filter(|_| !rest.is_empty()).map_or(own.clone(), |_| rest);
                    return self.config.acls.get_mut(index).is_some_and(|acl| acl.remove(&named)) || is_entry(&own);
                }
                (None, Place::Object { name, .. }) => {
                    let object = self.config.objects.get_mut(&name);
                    let Some(object) = object else { return false };
                    let before = object.members.len();
                    object.members.retain(|member| member.words != own);
                    return object.members.len() < before;
                }
                _ => {
                    self.config.note_use(&Statement { words: Vec::new(), ..statement.clone() });
                    return false;
                }
            },
        }
        true
    }

    /// Takes a list off the interface that is open; without a name whichever is there.
    fn unbind(&mut self, family: Family, direction: &str, name: Option<&str>) -> bool {
        let Place::Interface(at) = &self.place else { return false };
        let same = |b: &Binding| {
            let place = b.family == family && b.inbound == (direction == "in") && b.at.as_ref() == Some(at);
            place && name.is_none_or(|name| b.acl == name)
        };
        self.config.bindings.retain(|binding| !same(binding));
        true
    }
}
