use super::*;

fn read_text(text: &str) -> Documents {
    read(&Source::read("t", 0, text.as_bytes()).expect("text"))
}

fn ids(documents: &Documents) -> Vec<&'static str> {
    documents.problems.iter().map(|problem| problem.id).collect()
}

#[test]
fn values_know_their_place() {
    let text = "{\n \"A\": [1, \"x\\u0041\"],\n \"b\": {\"c\": null, \"d\": true,},\n}";
    let documents = read_text(text);
    assert!(documents.problems.is_empty() && documents.lost.is_none());
    let root = &documents.roots[0];
    let slice = |span: Span| &text[span.start as usize..span.end as usize];
    assert_eq!(slice(root.member("a").expect("a").span()), "\"A\": [1, \"x\\u0041\"]");
    assert_eq!(root.get("a").expect("a").items()[1].as_str(), Some("xA"));
    assert_eq!(root.get("a").expect("a").items()[0].scalar(), Some("1"));
    assert!(root.get_exact("a").is_none());
    assert_eq!(slice(root.get_exact("b").expect("b").span), "{\"c\": null, \"d\": true,}");
    assert!(root.get("b").and_then(|b| b.get("c")).expect("c").is_blank());
}

#[test]
fn several_documents_and_text_around_them() {
    let text = "PS C:\\> az network nsg show -o json --query \"[0]\"\n[user@host ~]$ az x\n{\"a\":1}\n{\"b\":2} [3],\n{\"c\":4}\nPS C:\\>\nwhat is this?\n";
    let documents = read_text(text);
    assert_eq!(documents.roots.len(), 4);
    assert_eq!(ids(&documents), ["json-other-text"]);
    let not_understood: Vec<u32> = documents
        .outside
        .iter()
        .filter(|(_, line_use)| *line_use == LineUse::NotUnderstood)
        .map(|(line, _)| *line)
        .collect();
    assert_eq!(not_understood, [7]);
    assert_eq!(read_text("nsg = {\"a\": 1}").roots.len(), 1);
}

#[test]
fn a_cut_document_keeps_what_is_complete() {
    let whole = "{\"a\": [{\"n\": 1, \"m\": \"x, y\"}, {\"n\": 2}], \"z\": 3}";
    for cut in 1..whole.len() {
        let documents = read_text(&whole[..cut]);
        assert_eq!(ids(&documents), ["json-cut"], "{}", &whole[..cut]);
        assert!(documents.lost.is_some());
        let root = &documents.roots[0];
        assert!(!root.complete);
        if cut > 30 {
            assert_eq!(root.get("a").expect("a").items()[0].members().len(), 2);
            assert!(root.get("a").expect("a").items()[0].complete);
        }
        if cut > 42 {
            assert!(root.get("a").expect("a").complete, "{}", &whole[..cut]);
        }
    }
}

#[test]
fn a_broken_document_keeps_what_stands_before() {
    for (text, kept) in [
        ("{\"a\": 1,\n \"b\" 2, \"c\": 3}", 1),
        ("{\"a\": 1, \"b\": [1}", 2),
        ("{\"a\": 1, \"b\": \"x\ny\", \"c\": 2}", 1),
        ("{\"a\": 1, \"b\": nope}", 1),
    ] {
        let documents = read_text(text);
        assert_eq!(ids(&documents), ["json-broken"], "{text}");
        assert_eq!(documents.roots[0].members().len(), kept, "{text}");
    }
}

#[test]
fn nesting_is_answered_not_suffered() {
    let documents = read_text(&"[".repeat(100_000));
    assert_eq!(ids(&documents), ["json-too-deep"]);
    let documents = read_text(&"{\"a\":".repeat(100_000));
    assert_eq!(ids(&documents), ["json-too-deep"]);
    let deep = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(read_text(&deep).problems.is_empty());
}

#[test]
fn the_last_of_duplicate_keys_counts() {
    let documents = read_text("{\"a\": 1, \"a\": 2, \"b\": 3, \"b\": 3}");
    assert_eq!(ids(&documents), ["json-duplicate-key"]);
    assert_eq!(documents.roots[0].get("a").and_then(Json::scalar), Some("2"));
}

#[test]
fn comments_are_passed_over() {
    let documents = read_text("// made by hand }\n{ /* ] */ \"a\": \"// no comment\" // }\n}");
    assert!(documents.problems.is_empty(), "{:?}", documents.problems);
    assert_eq!(documents.roots[0].get("a").and_then(Json::as_str), Some("// no comment"));
}
