//! What a header may look like, and whatever else it may not.

use proptest::prelude::*;
use warp::http::HeaderMap;

use super::*;

fn claim() -> Claim {
    Claim {
        at: 1_773_050_400,
        nonce: "00112233445566778899aabbccddeeff".into(),
        address: "203.0.113.9".parse().unwrap(),
        language: Some("german".into()),
        contact: Some(ContactId(34)),
        client: Some(ClientId(12)),
        staff: None,
        csrf: Some(PerfexCsrf { name: "csrf_token_name".into(), value: "secret-value".into() }),
    }
}

fn request(method: Method, path: &str, query: Option<&str>, body: &[u8]) -> Request<Vec<u8>> {
    Request {
        method,
        path: path.into(),
        query: query.map(str::to_owned),
        headers: HeaderMap::new(),
        visitor: "127.0.0.1".parse().unwrap(),
        local: true,
        body: body.to_vec(),
    }
}

fn header() -> String {
    sign(&Secret::from([7; 32]), &Method::POST, "/shop?x=1", b"a=b", &claim())
}

fn fits(header: &str, request: &Request<Vec<u8>>) -> bool {
    Signed::read(header.as_bytes()).is_ok_and(|signed| signed.is_by(&Secret::from([7; 32]), request))
}

#[test]
fn what_was_signed_is_read_again() {
    let header = header();
    let signed = Signed::read(header.as_bytes()).unwrap();
    assert!(signed.is_by(&Secret::from([7; 32]), &request(Method::POST, "/shop", Some("x=1"), b"a=b")));
    assert_eq!(signed.open(), Ok(claim()));
    let shown = format!("{:?}", claim());
    assert!(!shown.contains("secret-value"), "{shown}");
}

#[test]
fn the_form_of_the_header_stays_as_it_was_agreed() {
    insta::assert_snapshot!(header(), @"v1.eyJhdCI6MTc3MzA1MDQwMCwibm9uY2UiOiIwMDExMjIzMzQ0NTU2Njc3ODg5OWFhYmJjY2RkZWVmZiIsImFkZHJlc3MiOiIyMDMuMC4xMTMuOSIsImxhbmd1YWdlIjoiZ2VybWFuIiwiY29udGFjdCI6MzQsImNsaWVudCI6MTIsInN0YWZmIjpudWxsLCJjc3JmIjp7Im5hbWUiOiJjc3JmX3Rva2VuX25hbWUiLCJ2YWx1ZSI6InNlY3JldC12YWx1ZSJ9fQ.7193aca8b414f7d886db8810cebe0530e5c879e1b10c214886f5206ff9db321f");
}

#[test]
fn another_method_path_query_body_or_secret_does_not_fit() {
    let header = header();
    let post = Method::POST;
    for (what, other) in [
        ("method", request(Method::PUT, "/shop", Some("x=1"), b"a=b")),
        ("path", request(post.clone(), "/shop/", Some("x=1"), b"a=b")),
        ("query", request(post.clone(), "/shop", Some("x=2"), b"a=b")),
        ("no query", request(post.clone(), "/shop", None, b"a=b")),
        ("empty query", request(post.clone(), "/shop", Some(""), b"a=b")),
        ("body", request(post.clone(), "/shop", Some("x=1"), b"a=c")),
        ("no body", request(post.clone(), "/shop", Some("x=1"), b"")),
    ] {
        assert!(!fits(&header, &other), "{what}");
    }
    let right = request(post, "/shop", Some("x=1"), b"a=b");
    assert!(fits(&header, &right));
    assert!(!Signed::read(header.as_bytes()).unwrap().is_by(&Secret::from([8; 32]), &right));
}

#[test]
fn every_cut_and_every_other_version_is_refused() {
    let header = header();
    let right = request(Method::POST, "/shop", Some("x=1"), b"a=b");
    for length in 0..header.len() {
        assert_eq!(
            Signed::read(&header.as_bytes()[..length]).err(),
            Some(GatewayRefusal::Malformed),
            "{length}"
        );
    }
    for at in 0..header.len() {
        let mut changed = header.clone().into_bytes();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        assert!(!fits(&String::from_utf8(changed).unwrap(), &right), "{at}");
    }
    let second = header.replacen("v1", "v2", 1);
    assert_eq!(Signed::read(second.as_bytes()).err(), Some(GatewayRefusal::Version));
    for wrong in
        [format!("{header}.x"), format!(" {header}"), header.replace("v1.", ""), "a".repeat(LONGEST + 1)]
    {
        assert_eq!(Signed::read(wrong.as_bytes()).err(), Some(GatewayRefusal::Malformed), "{wrong}");
    }
}

#[test]
fn a_signed_payload_that_says_nothing_is_refused() {
    for payload in ["", "e30", "bnVsbA", "!!!!", "e30="] {
        let signed = Signed { payload, signature: [0; 32] };
        assert_eq!(signed.open(), Err(GatewayRefusal::Malformed), "{payload}");
    }
    for nonce in ["", "00", "0011223344556677889900112233445566", "zz112233445566778899aabbccddeeff"] {
        let claim = Claim { nonce: nonce.into(), ..claim() };
        assert_eq!(claim.nonce(), Err(GatewayRefusal::Malformed), "{nonce}");
    }
}

proptest! {
    #[test]
    fn no_header_is_believed_that_was_not_signed(text: String) {
        let right = request(Method::POST, "/shop", None, b"");
        prop_assert!(!fits(&text, &right));
        let framed = ["v1.", &text, ".", &"0".repeat(64)].concat();
        prop_assert!(!fits(&framed, &right));
    }

    #[test]
    fn lines_of_one_part_never_pass_for_another(path in "/[a-z\n]{0,8}", query in "[a-z\n]{0,8}", body: Vec<u8>) {
        let secret = Secret::from([7; 32]);
        let header = sign(&secret, &Method::POST, &format!("{path}?{query}"), &body, &claim());
        prop_assert!(fits(&header, &request(Method::POST, &path, Some(&query), &body)));
        let longer = path + "\n";
        prop_assert!(!fits(&header, &request(Method::POST, &longer, Some(&query), &body)));
    }
}
