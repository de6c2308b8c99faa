use super::*;

fn read_text(text: &str) -> Documents {
    read(&Source::read("t", 0, text.as_bytes()).expect("text"))
}

fn whole(element: &Element) -> String {
    let children: String = element.children.iter().map(whole).collect();
    let mark = if element.complete { "" } else { "!" };
    format!("{}{mark}({}{children})", element.name, element.text)
}

#[test]
fn elements_know_their_place() {
    let text = "fw> show\n<?xml version=\"1.0\"?>\n<a>\n <b name=\"x &amp; y\">t</b><c/>\n <!-- <d> -->\n</a>\nfw>\n";
    let documents = read_text(text);
    assert!(documents.problems.is_empty() && documents.lost.is_none());
    let root = &documents.roots[0];
    assert_eq!(whole(root), "a(b(t)c())");
    let b = &root.children[0];
    assert_eq!(&text[b.span.start as usize..b.span.end as usize], "<b name=\"x &amp; y\">t</b>");
    assert_eq!((b.attribute("name"), &text[b.inside..b.inside + 1]), (Some("x & y"), "t"));
}

#[test]
fn what_is_broken_is_said_and_the_rest_is_read() {
    for (text, expected, problems) in [
        ("<a><b>1</b><c>2", "a!(b(1)c!(2))", 1),
        ("<a><b>1</c><d>2</d></b></a>", "a!(b!(1d(2)))", 1),
        ("<a><b><c>1</b><d/></a>", "a!(b!(c!(1))d())", 1),
        ("<a><b>x & y &nbsp; &amp;</b></a>", "a(b(x & y &nbsp; &))", 0),
        ("<a><b>1</b><c", "a!(b(1))", 2),
        ("<a>1 < 2</a>", "a!(1 )", 1),
    ] {
        let documents = read_text(text);
        assert_eq!(documents.roots.iter().map(whole).collect::<String>(), expected, "{text}");
        assert_eq!((documents.problems.len(), documents.lost.is_some()), (problems, problems > 0), "{text}");
    }
}

#[test]
fn several_documents_and_no_endless_depth() {
    assert_eq!(read_text("<a/>\n<b>1</b>").roots.len(), 2);
    let deep = "<a>".repeat(100_000);
    assert_eq!(read_text(&deep).problems.len(), 1);
    assert!(read_text("no markup, 1 < 2 > 0").roots.is_empty());
}

#[test]
fn lines_that_the_screen_broke_are_whole_again() {
    let line = format!("<entry name=\"{}\"><member>something</member></entry>", "x".repeat(50));
    let (first, second) = line.split_at(80);
    let documents = read_text(&format!("<a>\n{first}\n{second}\n</a>"));
    assert!(documents.problems.is_empty());
    assert_eq!(whole(&documents.roots[0]), "a(entry(member(something)))");
    let member = &documents.roots[0].children[0].children[0];
    assert_eq!(member.text, "something");
}
