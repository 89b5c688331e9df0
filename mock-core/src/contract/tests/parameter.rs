//! Parameters by place, style and type.

use super::{check_request, contract};

fn with(parameters: &str) -> crate::contract::Contract {
    let listed: Vec<_> = parameters
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("        - {line}\n"))
        .collect();
    let listed = listed.concat();
    contract(&format!(
        "paths:\n  /a/{{p}}:\n    get:\n      operationId: a\n      x-closed-query: true\n      parameters:\n        - {{ name: p, in: path, required: true, schema: {{ type: string, pattern: '^[a-z0-9-]+$' }} }}\n{listed}      responses: {{ 200: {{ description: d }} }}\n"
    ))
}

#[test]
fn text_is_typed_by_the_schema() {
    let api = with(
        "{ name: n, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
         { name: b, in: query, schema: { type: boolean } }
         { name: d, in: query, schema: { type: number } }
         { name: id, in: query, required: true, schema: { type: string, format: uuid } }
         { name: s, in: query, schema: { type: string, enum: [\"1\", \"2\"] } }",
    );
    let id = "id=a4d9e358-949f-f011-bbd3-6045bd02f64d";
    check_request(&api, &format!("GET /a/x?{id}&n=5&b=true&d=1.5&s=1"), &[]);
    check_request(&api, &format!("GET /a/x?{id}&n=0"), &["query n: is the number 0, expected at least 1"]);
    check_request(&api, &format!("GET /a/x?{id}&n=five"), &["query n: is the string \"five\", expected integer"]);
    check_request(&api, &format!("GET /a/x?{id}&n="), &["query n: is an empty string, expected integer"]);
    check_request(
        &api,
        &format!("GET /a/x?{id}&b=yes&d=e"),
        &["query b: is the string \"yes\", expected boolean", "query d: is the string \"e\", expected number"],
    );
    check_request(&api, &format!("GET /a/x?{id}&s=3"), &["query s: is the string \"3\", expected one of \"1\", \"2\""]);
    check_request(
        &api,
        "GET /a/X",
        &["path p: is the string \"X\", expected the pattern ^[a-z0-9-]+$", "query id: is required and missing"],
    );
    check_request(&api, "GET /a/x?id=7", &["query id: is the string \"7\", expected the format uuid"]);
}

#[test]
fn unknown_names_only_when_the_query_is_closed() {
    let closed = with("{ name: n, in: query, schema: {} }");
    check_request(
        &closed,
        "GET /a/x?n=1&m=2&m=3&%24top=4",
        &["query m: is not declared", "query $top: is not declared"],
    );
    let open = contract("paths:\n  /a:\n    get: { operationId: a, responses: { 200: { description: d } } }\n");
    check_request(&open, "GET /a?whatever=1&[x=2", &[]);
}

#[test]
fn styles() {
    let api = with(
        "{ name: many, in: query, schema: { type: array, maxItems: 2, items: { type: integer } } }
         { name: csv, in: query, explode: false, schema: { type: array, items: { type: integer } } }
         { name: piped, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: integer } } }
         { name: spaced, in: query, style: spaceDelimited, explode: false, schema: { type: array, items: { type: integer } } }
         { name: deep, in: query, style: deepObject, explode: true, schema: { type: object, additionalProperties: false, properties: { gte: { type: integer }, in: { type: array, items: { type: boolean } } } } }
         { name: expand, in: query, style: deepObject, explode: true, schema: { type: array, items: { type: string, maxLength: 5 } } }
         { name: page, in: query, schema: { type: object, properties: { offset: { type: integer } } } }
         { name: json, in: query, content: { application/json: { schema: { type: array } } } }
         { name: blank, in: query, allowEmptyValue: true, schema: { type: integer } }
         { name: X-List, in: header, schema: { type: array, items: { type: integer } } }
         { name: X-Map, in: header, explode: true, schema: { type: object, properties: { a: { type: integer } } } }
         { name: X-Map-Flat, in: header, schema: { type: object, properties: { a: { type: integer } } } }
         { name: c, in: cookie, schema: { type: integer } }",
    );
    check_request(
        &api,
        "GET /a/x?many=1&many=2&csv=1,2&piped=1|2&spaced=1%202&deep[gte]=3&deep[in][]=true&expand[]=a&expand[]=b&offset=4&json=[]&blank=",
        &[],
    );
    check_request(
        &api,
        "GET /a/x?many=1&many=b&many=3",
        &["query many: has 3 items, expected at most 2", "query many /1: is the string \"b\", expected integer"],
    );
    check_request(
        &api,
        "GET /a/x?csv=1,b&piped=1|c&spaced=1+d",
        &[
            "query csv /1: is the string \"b\", expected integer",
            "query piped /1: is the string \"c\", expected integer",
            "query spaced /1: is the string \"d\", expected integer",
        ],
    );
    check_request(
        &api,
        "GET /a/x?deep[gte]=x&deep[y]=1&deep[in][]=2",
        &[
            "query deep /gte: is the string \"x\", expected integer",
            "query deep /in/0: is the string \"2\", expected boolean",
            "query deep: has the unexpected property \"y\"",
        ],
    );
    check_request(
        &api,
        "GET /a/x?expand[0]=a&expand[1]=abcdef",
        &["query expand /1: has 6 characters, expected at most 5"],
    );
    check_request(&api, "GET /a/x?deep[=x", &["query: parameter name `deep[` is malformed: `[` without `]`"]);
    check_request(&api, "GET /a/x?offset=n", &["query page /offset: is the string \"n\", expected integer"]);
    check_request(&api, "GET /a/x?json={}", &["query json: is an object, expected array"]);
    check_request(
        &api,
        "GET /a/x?json={",
        &["query json: is not valid JSON: EOF while parsing an object at line 1 column 1"],
    );
    check_request(&api, "GET /a/x\nX-List: 1, 2\nX-List: 3\nX-Map: a=1\nX-Map-Flat: a,1\nCookie: b=x; c=5", &[]);
    check_request(
        &api,
        "GET /a/x\nX-List: 1, z\nX-Map: a=y\nX-Map-Flat: a\nCookie: c=w",
        &[
            "header X-List /1: is the string \"z\", expected integer",
            "header X-Map /a: is the string \"y\", expected integer",
            "header X-Map-Flat: has a key without a value",
            "cookie c: is the string \"w\", expected integer",
        ],
    );
}

#[test]
fn shared_parameters_are_overridden_by_the_operation() {
    let api = contract(
        "paths:
  /a:
    parameters:
      - { $ref: '#/components/parameters/Top' }
      - { name: other, in: query, required: true, schema: {} }
    get:
      operationId: a
      parameters:
        - { name: top, in: query, schema: { type: string } }
      responses: { 200: { description: d } }
    post:
      operationId: b
      responses: { 200: { description: d } }
components:
  parameters:
    Top: { name: top, in: query, schema: { type: integer } }
",
    );
    check_request(&api, "GET /a?top=x&other=1", &[]);
    check_request(
        &api,
        "POST /a?top=x",
        &["query top: is the string \"x\", expected integer", "query other: is required and missing"],
    );
}

#[test]
fn credentials_are_asked_for_only_on_request() {
    let api = contract(
        "paths:
  /open:
    get: { operationId: open, responses: { 200: { description: d } } }
  /token:
    get: { operationId: token, x-require-security: true, x-closed-query: true, security: [{ app: [] }], responses: { 200: { description: d } } }
  /bearer:
    get: { operationId: bearer, x-require-security: true, responses: { 200: { description: d } } }
  /free:
    get: { operationId: free, x-require-security: true, security: [], responses: { 200: { description: d } } }
security: [{ user: [] }, { basic: [] }]
components:
  securitySchemes:
    app: { type: apiKey, in: query, name: emApplicationtoken }
    user: { type: http, scheme: bearer }
    basic: { type: http, scheme: basic }
",
    );
    check_request(&api, "GET /open", &[]);
    check_request(&api, "GET /free", &[]);
    check_request(&api, "GET /token?emApplicationtoken=x", &[]);
    check_request(&api, "GET /token", &["query emApplicationtoken: the credential of app is missing"]);
    check_request(&api, "GET /bearer\nAuthorization: Bearer x", &[]);
    check_request(&api, "GET /bearer\nAuthorization: Basic x", &[]);
    check_request(
        &api,
        "GET /bearer\nAuthorization: Bearer",
        &["header Authorization: the credential of user is missing, nor is any of the 1 other alternatives"],
    );
}

#[test]
fn secrets_are_not_repeated() {
    let api = with("{ name: client_secret, in: query, schema: { type: string, maxLength: 3, pattern: '^a' } }");
    check_request(
        &api,
        "GET /a/x?client_secret=hunter2",
        &["query client_secret: does not fit its schema", "query client_secret: does not fit its schema"],
    );
}
