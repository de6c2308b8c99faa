//! The fields of a rule.

/// The fields that a verdict rests on.
const DECIDING: [&str; 16] = [
    "access",
    "direction",
    "priority",
    "protocol",
    "sourceAddressPrefix",
    "sourceAddressPrefixes",
    "sourcePortRange",
    "sourcePortRanges",
    "destinationAddressPrefix",
    "destinationAddressPrefixes",
    "destinationPortRange",
    "destinationPortRanges",
    "sourceApplicationSecurityGroups",
    "destinationApplicationSecurityGroups",
    "expandedSourceAddressPrefix",
    "expandedDestinationAddressPrefix",
];

/// Azure's bookkeeping, and what PowerShell adds to it.
const BOOKKEEPING: [&str; 16] = [
    "name",
    "id",
    "etag",
    "type",
    "description",
    "provisioningState",
    "resourceGroup",
    "resourceGuid",
    "properties",
    "dependsOn",
    "apiVersion",
    "comments",
    "metadata",
    "sourceApplicationSecurityGroupsText",
    "destinationApplicationSecurityGroupsText",
    "location",
];

/// Whether a field can change a verdict: all that are not known to be bookkeeping.
pub(super) fn decides(key: &str) -> bool {
    !BOOKKEEPING.iter().any(|other| other.eq_ignore_ascii_case(key))
}

/// Whether a field is one of those above.
pub(super) fn is_known(key: &str) -> bool {
    DECIDING.iter().any(|known| known.eq_ignore_ascii_case(key)) || !decides(key)
}
