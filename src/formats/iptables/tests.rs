use crate::formats::netfilter::words::words;

#[test]
fn quotes_and_backslashes() {
    for (text, expected) in [
        ("-A OUTPUT -j ACCEPT", Some(vec!["-A", "OUTPUT", "-j", "ACCEPT"])),
        (r#"--comment "it's \"q\" x" -j A"#, Some(vec!["--comment", "it's \"q\" x", "-j", "A"])),
        ("a 'b c'd \"\"", Some(vec!["a", "b cd", ""])),
        ("a \"b", None),
    ] {
        let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect());
        assert_eq!(words(text), expected, "{text}");
    }
}
