//! What the JSON of Azure has in common, whatever the resource: ARM templates, the values of fields, ids, places for more.

pub(super) mod conditions;
pub(super) mod field;
pub(super) mod resource;
pub(super) mod template;
