//! Answers: status, headers, body.

use super::{check_answer, contract};
use crate::contract::Contract;

fn api() -> Contract {
    contract(
        "paths:
  /go:
    get:
      operationId: go
      responses:
        302:
          description: away
          headers:
            Location: { required: true, schema: { type: string, format: uri } }
            Retry-After: { schema: { type: integer } }
        4XX: { description: refused, content: { text/html: {}, application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  /user:
    post:
      operationId: user
      responses:
        201: { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } }
        204: { description: d }
        default: { description: d, content: { '*/*': {} } }
components:
  schemas:
    Error: { type: object, required: [error], properties: { error: { type: object, required: [code] } } }
    User:
      type: object
      required: [id, password]
      properties: { id: { type: string, readOnly: true }, password: { type: string, writeOnly: true } }
",
    )
}

#[test]
fn status_and_headers() {
    let api = api();
    check_answer(&api, "GET /go", "302\nLocation: https://buy.stripe.test/x\nRetry-After: 2", &[]);
    check_answer(&api, "HEAD /go", "302\nLocation: https://buy.stripe.test/x", &[]);
    check_answer(&api, "GET /go", "302", &["header Location: is required and missing"]);
    check_answer(
        &api,
        "GET /go",
        "302\nLocation: /x\nRetry-After: soon",
        &[
            "header Location: is the string \"/x\", expected the format uri",
            "header Retry-After: is the string \"soon\", expected integer",
        ],
    );
    check_answer(&api, "GET /go", "200", &["status: 200 is not declared, expected 302 or 4XX"]);
    check_answer(&api, "GET /nowhere", "200", &[]);
}

#[test]
fn bodies() {
    let api = api();
    check_answer(
        &api,
        "GET /go",
        "302\nLocation: https://a.test\nContent-Type: text/plain\n\nx",
        &["body: has 1 bytes, expected none"],
    );
    check_answer(&api, "GET /go", "404\nContent-Type: text/html\n\n<p>", &[]);
    check_answer(
        &api,
        "GET /go",
        "404\nContent-Type: application/json\n\n{\"error\": {}}",
        &["body /error: the required property \"code\" is missing"],
    );
    check_answer(&api, "GET /go", "404", &["body: is required and missing"]);
    check_answer(&api, "POST /user", "201\nContent-Type: application/json\n\n{\"id\": \"1\"}", &[]);
    check_answer(
        &api,
        "POST /user",
        "201\nContent-Type: application/json\n\n{\"password\": \"1\"}",
        &["body: the required property \"id\" is missing"],
    );
    check_answer(&api, "POST /user", "204", &[]);
    check_answer(&api, "POST /user", "204\n\nx", &["body: has 1 bytes, expected none"]);
    check_answer(&api, "POST /user", "500\n\nanything", &[]);
    check_answer(&api, "POST /user", "500", &[]);
    check_answer(&api, "HEAD /go", "404", &[]);
}
