//! The fields of groups, collections and rules.

/// Of a group or a collection.
const COLLECTION: [&str; 18] = [
    "name",
    "id",
    "etag",
    "type",
    "location",
    "resourceGroup",
    "provisioningState",
    "size",
    "apiVersion",
    "dependsOn",
    "comments",
    "priority",
    "action",
    "rules",
    "ruleCollections",
    "ruleCollection",
    "ruleCollectionType",
    "properties",
];

/// Of a rule. `httpHeadersToInsert` changes what passes, not whether it passes.
const RULE: [&str; 17] = [
    "name",
    "description",
    "ruleType",
    "protocols",
    "ipProtocols",
    "sourceAddresses",
    "sourceIpGroups",
    "destinationAddresses",
    "destinationIpGroups",
    "destinationFqdns",
    "destinationPorts",
    "targetFqdns",
    "targetUrls",
    "fqdnTags",
    "webCategories",
    "terminateTLS",
    "httpHeadersToInsert",
];

fn is_among(known: &[&str], key: &str) -> bool {
    // PowerShell adds the JSON of a field as a text beside it.
    let text_of = key.strip_suffix("Text").filter(|_| key.starts_with(char::is_uppercase));
    text_of.is_some() || known.iter().any(|other| other.eq_ignore_ascii_case(key))
}

pub(super) fn is_of_collection(key: &str) -> bool {
    is_among(&COLLECTION, key) || ["condition", "copy", "tags", "metadata"].contains(&key)
}

pub(super) fn is_of_rule(key: &str) -> bool {
    is_among(&RULE, key)
}
