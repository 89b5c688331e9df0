//! Documents that parse, and what is said of those that do not.

use super::check_answer;
use crate::contract::{Contract, Operation};

#[track_caller]
fn check(text: &str, expect: &str) {
    let error = match Contract::parse("doc", text) {
        Err(error) => error.to_string(),
        Ok(contract) => match contract.verify() {
            Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            Ok(()) => "good".to_owned(),
        },
    };
    assert_eq!(error, expect, "{text}");
}

/// A document with one GET operation and a schema for its JSON answer.
fn with_schema(schema: &str) -> String {
    format!(
        r#"{{"openapi": "3.0.1", "info": {{"title": "T", "version": "1"}}, "paths": {{"/a": {{"get": {{"operationId": "a", "responses":
        {{"200": {{"description": "d", "content": {{"application/json": {{"schema": {schema}}}}}}}}}}}}}}}}}"#
    )
}

fn with_path(path: &str) -> String {
    format!(r#"{{"openapi": "3.0.1", "paths": {{"{path}": {{}}}}}}"#)
}

#[test]
fn versions() {
    check("openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: {}", "good");
    check(
        "{\"openapi\": \"3.1.0\"}",
        "contract doc: OpenAPI 3.1.0 is not supported: write the document as OpenAPI 3.0.x",
    );
    check("swagger: '2.0'", "contract doc: Swagger 2.0 is not supported: write the document as OpenAPI 3.0.x");
    check("a: b", "contract doc: at #: no `openapi` version: this is no OpenAPI document");
    check(
        "openapi: 3.0",
        "contract doc: at #/openapi: the version must be text, such as \"3.0.1\", and is the number 3.0",
    );
    check("openapi: '3.0.1'", "contract doc: at #/paths: the document has no paths");
}

#[test]
fn spaces_that_are_none() {
    check(
        "{\n\u{202f} \"openapi\": \"3.0.1\"}",
        "contract doc: line 2, column 1: U+202F NARROW NO-BREAK SPACE where a plain space is needed",
    );
    check(
        "{\n  \u{a0}\"openapi\": \"3.0.1\"}",
        "contract doc: line 2, column 3: U+00A0 NO-BREAK SPACE where a plain space is needed",
    );
    check(
        "{\"openapi\":\u{202f}\"3.0.1\"}",
        "contract doc: line 1, column 12: U+202F NARROW NO-BREAK SPACE where a plain space is needed",
    );
    check(
        "openapi: 3.0.1\n\u{3000}paths: {}",
        "contract doc: line 2, column 1: U+3000 IDEOGRAPHIC SPACE where a plain space is needed",
    );
    check("\u{feff}openapi: 3.0.1\ninfo: { title: 'a\u{a0}b', version: '1' }\npaths: {}", "good");
}

#[test]
fn syntax_errors_name_the_line() {
    check("{\n\"openapi\": }", "contract doc: line 2, column 12: expected value at line 2 column 12");
    let error = Contract::parse("doc", "openapi: 3.0.1\npaths: [a\ninfo: b").expect_err("an open bracket");
    assert!(error.to_string().starts_with("contract doc: line "), "{error}");
}

#[test]
fn paths_and_operations() {
    let at = |rest: &str| format!("contract doc: at #/paths/{rest}");
    check(&with_path("a"), &at("a: the path does not start with `/`"));
    check(&with_path("/{a"), &at("~1{a: `{` without `}` in `{a`"));
    check(&with_path("/a}"), &at("~1a}: `}` without `{` in `a}`"));
    check(&with_path("/{}"), &at("~1{}: `{}` is no variable name"));
    check(&with_path("/{a}{b}"), &at("~1{a}{b}: two variables with nothing between them in `{a}{b}`"));
    check(&with_path("/{a}/{a}"), &at("~1{a}~1{a}: the variable `{a}` stands twice in the path"));
    check(&with_path("/{a}\": {}, \"/{b}"), &at("~1{b}: is the same path as /{a}"));
    check(
        r#"{"openapi": "3.0.1", "paths": {"/a": {"get": {}}}}"#,
        &at("~1a/get: the operation declares no `responses`"),
    );
    check(
        r#"{"openapi": "3.0.1", "paths": {"/a": {"get": {"responses": {"20": {}}}}}}"#,
        &at("~1a/get/responses/20: is no status, no range such as 4XX, and not `default`"),
    );
    let twice = r#"{"operationId": "x", "responses": {"200": {"description": ""}}}"#;
    check(
        &format!(
            r#"{{"openapi": "3.0.1", "info": {{"title": "T", "version": "1"}}, "paths": {{"/a": {{"get": {twice}}}, "/b": {{"get": {twice}}}}}}}"#
        ),
        &at("~1b: the operationId x is taken by /a"),
    );
}

#[test]
fn schemas() {
    let at =
        |rest: &str| format!("contract doc: at #/paths/~1a/get/responses/200/content/application~1json/schema{rest}");
    check(&with_schema(r#"{"type": "object"}"#), "good");
    check(
        &with_schema(r##"{"$ref": "#/components/schemas/X"}"##),
        &at(": `$ref: #/components/schemas/X` points at nothing"),
    );
    check(&with_schema(r#"{"$ref": "other.yaml#/X"}"#), &at(": `$ref: other.yaml#/X` leads out of the document"));
    check(
        &with_schema(r#"{"properties": {"a": {"patternProperties": {}}}}"#),
        &at("/properties/a/patternProperties: `patternProperties` is no OpenAPI 3.0 schema keyword"),
    );
    check(&with_schema(r#"{"minimum": 1, "exclusiveMinimum": true}"#), "good");
    let error = Contract::parse("doc", &with_schema(r#"{"type": "string", "pattern": "("}"#))
        .expect("lazy")
        .warm()
        .expect_err("no regex");
    assert!(error[0].to_string().contains("the schema does not compile"), "{error:?}");
}

#[test]
fn a_broken_schema_shows_when_it_is_used() {
    let contract = Contract::parse("doc", &with_schema(r##"{"$ref": "#/nowhere"}"##)).expect("schemas are lazy");
    check_answer(
        &contract,
        "GET /a",
        "200\nContent-Type: application/json\n\n{}",
        &[
            "contract: contract doc: at #/paths/~1a/get/responses/200/content/application~1json/schema: `$ref: #/nowhere` points at nothing",
        ],
    );
}

/// An API that stands in two documents is one contract; each document's references stay its own.
#[test]
fn two_documents_are_one_contract() {
    let of = |path: &str, id: &str, kind: &str| {
        format!(
            "openapi: 3.0.1\ninfo: {{title: t, version: v}}\npaths:\n  {path}:\n    get:\n      operationId: {id}\n      responses:\n        '200':\n          \
             description: d\n          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Answer'}}}}}}\n\
             components:\n  schemas:\n    Answer: {{type: {kind}}}\n"
        )
    };
    let both = [of("/old", "old", "integer"), of("/new", "new", "string")].join("\n---\n");
    let contract = Contract::parse("doc", &both).expect("two documents");
    contract.verify().expect("both are right");
    check_answer(&contract, "GET /old", "200\ncontent-type: application/json\n\n1", &[]);
    check_answer(&contract, "GET /new", "200\ncontent-type: application/json\n\n\"1\"", &[]);
    assert_eq!(contract.operations().map(Operation::id).collect::<Vec<_>>(), ["old", "new"]);
    let twice = [of("/old", "old", "integer"), of("/old", "new", "string")].join("\n---\n");
    let error = Contract::parse("doc", &twice).expect_err("the same path twice").to_string();
    assert!(error.contains("is the same path as /old"), "{error}");
    let same = [of("/old", "same", "integer"), of("/new", "same", "string")].join("\n---\n");
    let errors = Contract::parse("doc", &same).expect("they parse").verify().expect_err("the same id twice");
    assert!(errors.iter().any(|error| error.to_string().contains("is taken by /old")), "{errors:?}");
}
