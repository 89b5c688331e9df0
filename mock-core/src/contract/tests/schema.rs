//! What an OpenAPI 3.0 schema means, value by value.

use super::{check_answer, contract};

/// Checks a JSON value against a schema written in YAML flow style; components `Node`, `Cat` and `Dog` can be referred to.
#[track_caller]
fn check(schema: &str, value: &str, expect: &[&str]) {
    let api = contract(&format!(
        "paths:
  /a:
    get:
      operationId: a
      responses: {{ 200: {{ description: d, content: {{ application/json: {{ schema: {schema} }} }} }} }}
components:
  schemas:
    Node: {{ type: object, required: [name], properties: {{ name: {{ type: string }}, next: {{ $ref: '#/components/schemas/Node' }} }} }}
    Cat: {{ type: object, required: [kind, meow], properties: {{ kind: {{ type: string, enum: [cat] }}, meow: {{ type: integer }} }} }}
    Dog: {{ type: object, required: [kind, bark], properties: {{ kind: {{ type: string, enum: [dog] }}, bark: {{ type: integer }} }} }}
"
    ));
    let expect: Vec<_> = expect
        .iter()
        .map(|line| if line.starts_with('/') { format!("body {line}") } else { format!("body: {line}") })
        .collect();
    let expect: Vec<_> = expect.iter().map(String::as_str).collect();
    check_answer(&api, "GET /a", &format!("200\nContent-Type: application/json\n\n{value}"), &expect);
}

#[test]
fn nullable() {
    check("{ type: string, nullable: true }", "null", &[]);
    check("{ type: string, nullable: true }", "1", &["is the number 1, expected null or string"]);
    check("{ type: string, nullable: true, enum: [a] }", "null", &[]);
    check("{ type: string, nullable: false }", "null", &["is null, expected string"]);
    check("{ nullable: true, allOf: [{ $ref: '#/components/schemas/Node' }] }", "null", &[]);
    check(
        "{ nullable: true, allOf: [{ $ref: '#/components/schemas/Node' }] }",
        "{}",
        &["the required property \"name\" is missing"],
    );
    check(
        "{ nullable: true, anyOf: [{ type: string, maxLength: 2 }, { $ref: '#/components/schemas/Node' }] }",
        "null",
        &[],
    );
    check(
        "{ nullable: true, anyOf: [{ type: string, maxLength: 2 }, { $ref: '#/components/schemas/Node' }] }",
        "\"abc\"",
        &["has 3 characters, expected at most 2"],
    );
}

#[test]
fn numbers() {
    check("{ type: integer, format: int64 }", "9223372036854775807", &[]);
    check(
        "{ type: integer, format: int64 }",
        "9223372036854775808",
        &["is the number 9223372036854775808, expected at most 9223372036854775807"],
    );
    check("{ type: integer }", "1.5", &["is the number 1.5, expected integer"]);
    check("{ type: number, minimum: 0, exclusiveMinimum: true }", "0", &["is the number 0, expected more than 0"]);
    check("{ type: number, exclusiveMinimum: true }", "0", &[]);
    check("{ type: number, multipleOf: 0.01 }", "149.5", &[]);
}

#[test]
fn formats() {
    check("{ type: string, format: date-time }", "\"2026-01-31T10:00:00Z\"", &[]);
    check("{ type: string, format: date-time }", "\"2026-01-31T10:00:00.123+01:00\"", &[]);
    check(
        "{ type: string, format: date-time }",
        "\"2026-01-31\"",
        &["is the string \"2026-01-31\", expected the format date-time"],
    );
    check(
        "{ type: string, format: date-time }",
        "\"2026-01-31 10:00:00Z\"",
        &["is the string \"2026-01-31 10:00:00Z\", expected the format date-time"],
    );
    check(
        "{ type: string, format: date }",
        "\"2026-02-29\"",
        &["is the string \"2026-02-29\", expected the format date"],
    );
    check("{ type: string, format: uuid }", "\"A4D9E358-949F-F011-BBD3-6045BD02F64D\"", &[]);
    check(
        "{ type: string, format: uuid }",
        "\"{a4d9e358-949f-f011-bbd3-6045bd02f64d}\"",
        &["is the string \"{a4d9e358-949f-f011-bbd3-6045bd02f64d}\", expected the format uuid"],
    );
    check("{ type: string, format: uri }", "\"https://a.test/x?y#z\"", &[]);
    check("{ type: string, format: uri }", "\"a b\"", &["is the string \"a b\", expected the format uri"]);
    check("{ type: string, format: of-our-own }", "\"x\"", &[]);
}

#[test]
fn recursion() {
    check(
        "{ $ref: '#/components/schemas/Node' }",
        r#"{"name": "a", "next": {"name": "b", "next": {}}}"#,
        &["/next/next: the required property \"name\" is missing"],
    );
}

#[test]
fn alternatives_are_explained_by_the_one_that_was_meant() {
    let pets = "{ oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } }";
    check(pets, r#"{"kind": "cat", "meow": 1}"#, &[]);
    check(pets, r#"{"kind": "dog"}"#, &["the required property \"bark\" is missing"]);
    check(pets, r#"{"kind": "cat", "meow": "x"}"#, &["/meow: is the string \"x\", expected integer"]);
    check(
        pets,
        "5",
        &["fits none of 2 alternatives: is the number 5, expected object; or is the number 5, expected object"],
    );
    check(
        "{ oneOf: [{ type: number }, { type: integer }] }",
        "5",
        &["fits more than one alternative, expected exactly one"],
    );
    check("{ not: { type: string } }", "\"x\"", &["is the string \"x\", which is ruled out"]);
    check(
        "{ allOf: [{ $ref: '#/components/schemas/Node' }, { type: object, required: [b] }] }",
        "{}",
        &["the required property \"name\" is missing", "the required property \"b\" is missing"],
    );
}

#[test]
fn every_error_is_listed_in_order() {
    check(
        "{ type: object, additionalProperties: false, properties: { a: { type: string }, b: { type: array, uniqueItems: true, items: { type: integer } } } }",
        r#"{"c": 1, "b": [1, "x", 1], "a": 5}"#,
        &[
            "/b: has equal items, expected different ones",
            "/b/1: is the string \"x\", expected integer",
            "/a: is the number 5, expected string",
            "has the unexpected property \"c\"",
        ],
    );
}

#[test]
fn secret_values_are_not_shown() {
    check(
        "{ type: object, properties: { client_secret: { type: integer }, card: { type: object, properties: { number: { type: integer } } } } }",
        r#"{"client_secret": "sk_1", "card": {"number": "4242424242424242"}}"#,
        &["/client_secret: is a string, expected integer", "/card/number: is a string, expected integer"],
    );
}
