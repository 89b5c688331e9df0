//! Bytes from outside never panic, never run deep, and never make a check slow or its list long.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use proptest::prelude::*;

use super::{check_request, contract};
use crate::contract::{AnswerView, Contract, RequestView};

fn api() -> Contract {
    contract(
        "paths:
  /a/{x}({y})/{z}:
    post:
      operationId: a
      x-closed-query: true
      parameters:
        - { name: x, in: path, required: true, schema: { type: string } }
        - { name: deep, in: query, style: deepObject, explode: true, schema: { $ref: '#/components/schemas/Tree' } }
        - { name: list, in: query, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: map, in: header, explode: true, schema: { type: object } }
        - { name: c, in: cookie, schema: { type: integer } }
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/Tree' } }
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Tree' } }
      responses:
        200: { description: d, headers: { map: { schema: { type: integer } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } } }
components:
  schemas:
    Tree:
      type: object
      properties: { a: { $ref: '#/components/schemas/Tree' }, b: { type: array, items: { $ref: '#/components/schemas/Tree' } }, n: { type: integer } }
      additionalProperties: { anyOf: [{ type: integer }, { $ref: '#/components/schemas/Tree' }] }
",
    )
}

#[test]
fn depth_is_capped() {
    let api = api();
    let deep = |levels: usize| {
        format!("POST /a/x(y)/z\nContent-Type: application/json\n\n{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
    };
    let path = format!("body {}", "/a".repeat(126));
    check_request(&api, &deep(126), &[&format!("{path}: is the number 1, expected object")]);
    check_request(&api, &deep(100_000), &["body: is not valid JSON: recursion limit exceeded at line 1 column 636"]);
}

#[test]
fn numbers_of_things_are_capped() {
    let api = api();
    let many = format!("POST /a/x(y)/z?{}", "list=1&".repeat(1_001));
    check_request(&api, &many, &["query: more than 1000 parameters"]);
    let wrong = format!("POST /a/x(y)/z\nContent-Type: application/json\n\n{{\"b\":[{}0]}}", "0,".repeat(499));
    let found = super::message(&wrong).view(|view| api.check_request(view));
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].to_string(), "a: request: more: 400 more violations are not listed");
}

proptest! {
    #[test]
    fn no_bytes_panic(
        path in ".{0,30}|/a/.{0,10}\\(.{0,10}\\)/.{0,5}",
        query in proptest::option::of("([a-z0-9\\[\\]&=%+]|deep|list){0,40}"),
        kind in prop_oneof![Just("application/json"), Just("application/x-www-form-urlencoded"), Just("text/plain"), Just(";;"), Just("")],
        value in proptest::collection::vec(any::<u8>().prop_filter("a header byte", |byte| *byte >= 32 && *byte != 127), 0..30),
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..100),
            "[\\[\\]{}\",:0-9abn.eE+-]{0,60}".prop_map(String::into_bytes),
            "([abn\\[\\]&=%0-9])*{0,60}".prop_map(String::into_bytes),
        ],
    ) {
        let api = api();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        for name in ["map", "cookie"] {
            headers.insert(name, HeaderValue::from_bytes(&value).expect("a header value"));
        }
        let request = RequestView { method: &Method::POST, path: &path, query: query.as_deref(), headers: &headers, body: &body };
        let first = api.check_request(&request);
        prop_assert_eq!(&first, &api.check_request(&request));
        let answer = AnswerView { status: StatusCode::OK, headers: &headers, body: &body };
        prop_assert_eq!(api.check_answer(&request, &answer), api.check_answer(&request, &answer));
    }
}

#[test]
fn a_contract_is_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    shared(&api());
}
