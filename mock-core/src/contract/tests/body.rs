//! Request bodies: media types, JSON, forms.

use super::{check_request, contract};
use crate::contract::Contract;

fn api() -> Contract {
    contract(
        "paths:
  /json:
    post:
      operationId: json
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/Order' } }
          application/*+json: { schema: { $ref: '#/components/schemas/Order' } }
      responses: { 200: { description: d } }
  /form:
    post:
      operationId: form
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              additionalProperties: false
              required: [currency]
              properties:
                currency: { type: string, pattern: '^[a-z]{3}$' }
                unit_amount: { type: integer }
                active: { type: boolean }
                line_items: { type: array, items: { type: object, required: [price], properties: { price: { type: string }, quantity: { type: integer } } } }
                metadata: { anyOf: [{ type: object, additionalProperties: { type: string } }, { type: string, enum: [''] }] }
                expand: { type: array, items: { type: string } }
                scope: { type: array, items: { type: integer } }
      responses: { 200: { description: d } }
  /text:
    post:
      operationId: text
      requestBody: { content: { text/*: {}, application/xml: {} } }
      responses: { 200: { description: d } }
  /none:
    delete: { operationId: none, responses: { 200: { description: d } } }
components:
  schemas:
    Order:
      type: object
      required: [id, total]
      properties:
        id: { type: string, readOnly: true }
        total: { type: number }
        lines: { type: array, items: { $ref: '#/components/schemas/Line' } }
    Line: { type: object, properties: { amount: { type: integer, format: int32 } } }
",
    )
}

#[test]
fn json() {
    let api = api();
    let post = |kind: &str, body: &str| format!("POST /json\nContent-Type: {kind}\n\n{body}");
    check_request(&api, &post("application/json", r#"{"total": 1}"#), &[]);
    check_request(&api, &post("Application/JSON; odata.metadata=minimal", r#"{"total": 1}"#), &[]);
    check_request(&api, &post("application/cloudevents+json", r#"{"total": 1}"#), &[]);
    check_request(
        &api,
        &post("application/json", r#"{"lines": [{"amount": 1}, {"amount": 3000000000}]}"#),
        &[
            "body: the required property \"total\" is missing",
            "body /lines/1/amount: is the number 3000000000, expected at most 2147483647",
        ],
    );
    check_request(
        &api,
        &post("application/json", "{"),
        &["body: is not valid JSON: EOF while parsing an object at line 1 column 1"],
    );
    check_request(&api, &post("application/json", ""), &["body: is required and missing"]);
    check_request(
        &api,
        &post("text/plain", "x"),
        &["header Content-Type: is text/plain, expected application/json or application/*+json"],
    );
    check_request(
        &api,
        "POST /json\n\n{}",
        &["header Content-Type: is missing, expected application/json or application/*+json"],
    );
    check_request(&api, &post("application/json\nContent-Encoding: gzip", "zipped"), &[]);
}

#[test]
fn form() {
    let api = api();
    let post = |body: &str| format!("POST /form\nContent-Type: application/x-www-form-urlencoded\n\n{body}");
    check_request(
        &api,
        &post(
            "currency=usd&unit_amount=14950&active=false&line_items[0][price]=p&line_items[0][quantity]=1&metadata[0]=x&metadata[order]=7&expand[]=a&scope=1&scope=2",
        ),
        &[],
    );
    check_request(&api, &post("currency=usd&metadata="), &[]);
    check_request(&api, &post(""), &["body: the required property \"currency\" is missing"]);
    check_request(
        &api,
        &post("currency=USD&unit_amount=1.5&line_items[0][quantity]=x&scope=1&scope=z"),
        &[
            "body /currency: is the string \"USD\", expected the pattern ^[a-z]{3}$",
            "body /unit_amount: is the string \"1.5\", expected integer",
            "body /line_items/0: the required property \"price\" is missing",
            "body /line_items/0/quantity: is the string \"x\", expected integer",
            "body /scope/1: is the string \"z\", expected integer",
        ],
    );
    check_request(&api, &post("currency=usd&line_items[x]=1"), &["body /line_items: is an object, expected array"]);
    check_request(&api, &post("currency=usd&metadata[a][b]=1"), &["body /metadata/a: is an object, expected string"]);
    check_request(
        &api,
        &post("currency=usd&currency[a]=1"),
        &["body: parameter `currency` is given both as a value and as a branch"],
    );
    check_request(&api, &post("currency=usd&a=1"), &["body: has the unexpected property \"a\""]);
}

#[test]
fn other_media_types_and_none() {
    let api = api();
    check_request(&api, "POST /text\nContent-Type: text/html; charset=utf-8\n\n<p>", &[]);
    check_request(&api, "POST /text\nContent-Type: application/xml\n\n<p/>", &[]);
    check_request(&api, "POST /text", &[]);
    check_request(
        &api,
        "POST /text\nContent-Type: image/png\n\nx",
        &["header Content-Type: is image/png, expected application/xml or text/*"],
    );
    check_request(&api, "DELETE /none", &[]);
    check_request(&api, "DELETE /none\n\nabc", &["body: has 3 bytes, expected none"]);
}

#[test]
fn requests_that_no_operation_describes() {
    let api = api();
    check_request(&api, "GET /nowhere", &["path: /nowhere is no path of test"]);
    check_request(&api, "GET /json", &["method: GET is not allowed on /json, expected POST"]);
    check_request(&api, "OPTIONS /json\nAccess-Control-Request-Method: POST", &[]);
    check_request(&api, "OPTIONS /json", &["method: OPTIONS is not allowed on /json, expected POST"]);
}
