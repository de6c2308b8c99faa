use super::*;
use crate::source::Source;
use crate::syntax::json::{self, Documents};

fn documents(text: &str) -> Documents {
    json::read(&Source::read("t", 0, text.as_bytes()).expect("text"))
}

/// What the cases of a template stand for.
fn cases(root: &Json, template: Template<'_>) -> Vec<String> {
    let cases = root.get("cases").expect("cases").items().iter();
    cases.map(|case| template.text(case).unwrap_or_else(|| "?".to_owned())).collect()
}

#[test]
fn expressions_resolve_as_far_as_the_template_decides() {
    let text = r#"{"$schema": "", "resources": [],
        "parameters": {"nsg": {"defaultValue": "nsg-app"}, "open": {"type": "string"}, "loop": {"defaultValue": "[variables('loop')]"}},
        "variables": {"prefix": "[parameters('nsg')]", "loop": "[parameters('loop')]"},
        "cases": ["[parameters('nsg')]", "[concat(parameters('nsg'), '/it''s ', variables('prefix'))]", "[[literal]",
                  "[Variables('prefix')]", "plain", "[parameters('open')]", "[resourceId('x', 'y')]", "[variables('loop')]",
                  "[format('{0}/{1}', parameters('nsg'), 'd')]", "[format('{0:N}', 'a')]", "[format('{{0}}', 'a')]",
                  "[parameters('nsg').a]", "[", "[resourceId('g', 'A.B/c/d', 'x', parameters('nsg'))]"]}"#;
    let documents = documents(text);
    let template = Template::default().of(&documents.roots[0]).expect("a template");
    let expected = [
        "nsg-app",
        "nsg-app/it's nsg-app",
        "[literal]",
        "nsg-app",
        "plain",
        "?",
        "?",
        "?",
        "nsg-app/d",
        "?",
        "?",
        "?",
        "[",
        "/resourceGroups/g/providers/A.B/c/x/d/nsg-app",
    ];
    assert_eq!(cases(&documents.roots[0], template), expected);
}

#[test]
fn conditions_members_and_items_are_followed() {
    let text = r#"{"$schema": "", "resources": [],
        "parameters": {"env": {"defaultValue": "dev"}, "on": {"defaultValue": true},
                       "net": {"defaultValue": {"name": "n", "list": ["a", "[parameters('env')]"]}}},
        "variables": {"more": ["c"], "deep": {"x": "[parameters('net').name]"}},
        "cases": ["[if(equals(parameters('env'), 'prod'), 'Deny', 'Allow')]", "[if(parameters('on'), 'yes', reference('x').y)]",
                  "[parameters('net').name]", "[parameters('net').list[1]]", "[parameters('net')['name']]",
                  "[variables('deep').x]", "[concat(parameters('net').list, variables('more'))[2]]",
                  "[concat(parameters('net').list, variables('more'))[1]]", "[length(variables('more'))]",
                  "[add(200, length(variables('more')))]", "[toLower('AB')]", "[split('a,b', ',')[1]]",
                  "[if(and(parameters('on'), not(equals(1, 2))), createArray('x', 'y')[0], 'z')]",
                  "[if(equals('1', 1), 'a', 'b')]", "[resourceGroup().name]", "[parameters('net').list[9]]",
                  "[if(or(false(), greater(1, 2)), 'a', 'b')]", "[concat('a', copyIndex())]"]}"#;
    let documents = documents(text);
    let template = Template::default().of(&documents.roots[0]).expect("a template");
    let expected =
        ["Allow", "yes", "n", "dev", "n", "n", "c", "dev", "1", "201", "ab", "b", "x", "?", "?", "?", "?", "?"];
    assert_eq!(cases(&documents.roots[0], template), expected);
}

#[test]
fn nested_templates_look_names_up_where_their_scope_says() {
    let nested = |options: &str| {
        format!(
            r#"{{"$schema": "", "resources": [], "parameters": {{"a": {{"defaultValue": "outer"}}}}, "d": {{"properties": {{{options}
            "parameters": {{"a": {{"value": "[concat(parameters('a'), '!')]"}}, "b": {{"value": ["[parameters('a')]"]}}}},
            "template": {{"parameters": {{"a": {{"defaultValue": "inner"}}, "b": {{}}, "c": {{"defaultValue": "own"}}}},
            "cases": ["[parameters('a')]", "[parameters('b')[0]]", "[parameters('c')]"]}}}}}}}}"#
        )
    };
    let inner = r#""expressionEvaluationOptions": {"scope": "inner"},"#;
    for (options, expected) in [(inner, ["outer!", "?", "own"]), ("", ["outer", "?", "?"])] {
        let documents = documents(&nested(options));
        let root = &documents.roots[0];
        let template = Template::default().of(root).expect("a template");
        let (json, template) = template.nested(root.get("d").expect("a deployment")).expect("a nested template");
        assert_eq!(cases(json, template), expected, "{options}");
    }
}

#[test]
fn a_parameter_file_counts_before_defaults() {
    let text = r#"{"$schema": "", "resources": [], "parameters": {"a": {"defaultValue": "1"}, "b": {"defaultValue": "2"}, "c": {"defaultValue": "3"}},
        "cases": ["[parameters('a')]", "[parameters('b')]", "[parameters('c')]"]}
        {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
         "parameters": {"a": {"value": "file"}, "b": {"value": null}, "c": {"reference": {"secretName": "s"}}}}"#;
    let documents = documents(text);
    let file = parameter_file(documents.roots.iter()).expect("one file");
    let template = Template::with_parameter_file(file).of(&documents.roots[0]).expect("a template");
    assert_eq!(cases(&documents.roots[0], template), ["file", "2", "?"]);
    let twice = [&documents.roots[1], &documents.roots[1]];
    assert!(parameter_file(twice.into_iter()).is_err());
}

/// Neither may take time or stack that grows with the text.
#[test]
fn expressions_that_grow_without_end_are_left_open() {
    let deep = format!("[{}'a'{}]", "concat(".repeat(50_000), ")".repeat(50_000));
    let doubling: Vec<String> = (1..16)
        .map(|n| format!(r#""v{n}": "[concat({})]""#, vec![format!("variables('v{}')", n - 1); 50].join(",")))
        .collect();
    let text = format!(
        r#"{{"$schema": "", "resources": [], "variables": {{"v0": "x", {}}}, "cases": ["{deep}", "[variables('v15')]", "[variables('v1')]"]}}"#,
        doubling.join(", ")
    );
    let documents = documents(&text);
    let template = Template::default().of(&documents.roots[0]).expect("a template");
    assert_eq!(cases(&documents.roots[0], template), ["?".to_owned(), "?".to_owned(), "x".repeat(50)]);
}
