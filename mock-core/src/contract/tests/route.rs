//! Which operation a path belongs to.

use http::Method;
use proptest::prelude::*;

use crate::contract::{
    Contract, Match,
    route::{Path, Router, Template},
};

fn api() -> Contract {
    let paths = [
        ("get", "/"),
        ("get", "/v1/prices/{id}"),
        ("get", "/v1/prices/search"),
        ("delete", "/v1/prices/{id}"),
        ("post", "/v1/{kind}/search"),
        ("post", "/{tenant}/oauth2/v2.0/token"),
        ("get", "/api/data/{version}/{set}"),
        ("get", "/api/data/{version}/{set}({key})"),
        ("get", "/api/data/{version}/{set}({key})/{property}"),
        ("get", "/api/data/{version}/WhoAmI"),
        ("get", "/api/data/{version}/WhoAmI()"),
        ("get", "/api/data/{version}/{set}({key})/$ref"),
    ];
    let mut items: Vec<(&str, String)> = Vec::new();
    for (method, path) in paths {
        let operation =
            format!("    {method}: {{ operationId: '{method} {path}', responses: {{ 200: {{ description: d }} }} }}\n");
        match items.iter_mut().find(|(known, _)| *known == path) {
            Some((_, text)) => text.push_str(&operation),
            None => items.push((path, operation)),
        }
    }
    let yaml: Vec<_> = items.into_iter().map(|(path, text)| format!("  '{path}':\n{text}")).collect();
    let yaml = yaml.concat();
    super::contract(&format!("paths:\n{yaml}"))
}

#[track_caller]
fn check(method: &Method, path: &str, expect: &str) {
    let contract = api();
    let found = match contract.find(method, path) {
        Match::Operation(found) => {
            let values: Vec<_> = found.path_params.iter().map(|(name, value)| format!("{name}={value}")).collect();
            [vec![found.operation.path().to_owned()], values].concat().join(" ")
        }
        Match::MethodNotAllowed(allowed) => {
            format!("only {}", allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(" "))
        }
        Match::Unknown => "unknown".to_owned(),
    };
    assert_eq!(found, expect, "{method} {path}");
}

#[test]
fn literal_wins_over_variable() {
    check(&Method::GET, "/", "/");
    check(&Method::GET, "/v1/prices/search", "/v1/prices/search");
    check(&Method::GET, "/v1/prices/price_1", "/v1/prices/{id} id=price_1");
    check(&Method::GET, "/api/data/v9.2/WhoAmI", "/api/data/{version}/WhoAmI version=v9.2");
    check(&Method::GET, "/api/data/v9.2/WhoAmI()", "/api/data/{version}/WhoAmI() version=v9.2");
    check(
        &Method::GET,
        "/api/data/v9.2/accounts(1)/$ref",
        "/api/data/{version}/{set}({key})/$ref version=v9.2 set=accounts key=1",
    );
}

#[test]
fn variables_inside_a_segment() {
    check(&Method::GET, "/api/data/v9.2/accounts", "/api/data/{version}/{set} version=v9.2 set=accounts");
    check(
        &Method::GET,
        "/api/data/v9.2/accounts(1)",
        "/api/data/{version}/{set}({key}) version=v9.2 set=accounts key=1",
    );
    check(
        &Method::GET,
        "/api/data/v9.2/accounts(name='a(b)c',x=1)",
        "/api/data/{version}/{set}({key}) version=v9.2 set=accounts key=name='a(b)c',x=1",
    );
    check(&Method::GET, "/api/data/v9.2/accounts()", "/api/data/{version}/{set} version=v9.2 set=accounts()");
    check(
        &Method::GET,
        "/api/data/v9.2/accounts(1)/name",
        "/api/data/{version}/{set}({key})/{property} version=v9.2 set=accounts key=1 property=name",
    );
}

#[test]
fn values_are_decoded_after_the_path_is_cut() {
    check(&Method::GET, "/v1/prices/a%2Fb%20c", "/v1/prices/{id} id=a/b c");
    check(&Method::GET, "/v1/prices/a/b", "unknown");
    check(&Method::GET, "/v1/prices/", "unknown");
    check(&Method::GET, "/v1/prices/%ff", "/v1/prices/{id} id=\u{fffd}");
    check(&Method::POST, "/contoso.com/oauth2/v2.0/token", "/{tenant}/oauth2/v2.0/token tenant=contoso.com");
    check(&Method::GET, "/V1/prices/x", "unknown");
}

#[test]
fn methods() {
    check(&Method::DELETE, "/v1/prices/x", "/v1/prices/{id} id=x");
    check(&Method::HEAD, "/v1/prices/x", "/v1/prices/{id} id=x");
    check(&Method::POST, "/v1/prices/search", "/v1/{kind}/search kind=prices");
    check(&Method::PUT, "/v1/prices/search", "only GET DELETE POST");
    check(&Method::GET, "/contoso/oauth2/v2.0/token", "only POST");
}

proptest! {
    /// A path built from a template is found again, with the values that were put in.
    #[test]
    fn what_a_template_builds_it_finds(
        segments in proptest::collection::vec(prop_oneof!["[a-z]{1,4}".prop_map(Ok), ("[a-z]{0,3}\\(", "[a-zA-Z0-9 =',/.]{1,8}").prop_map(Err)], 1..5)
    ) {
        let mut template = String::new();
        let mut path = String::new();
        let mut values = Vec::new();
        for (index, segment) in segments.iter().enumerate() {
            match segment {
                Ok(literal) => {
                    template.extend([format!("/{literal}")]);
                    path.extend([format!("/{literal}")]);
                }
                Err((before, value)) => {
                    template.extend([format!("/{before}{{v{index}}})")]);
                    let encoded = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
                    path.extend([format!("/{before}{encoded})")]);
                    values.push((format!("v{index}"), value.clone()));
                }
            }
        }
        let router = Router::new(vec![(Template::parse(&template).expect("a template"), 7)]);
        let cut = Path::new(&path);
        let found: Vec<_> = router.find(&cut).map(|(number, binding)| (number, binding.values())).collect();
        prop_assert_eq!(found, vec![(7, values)]);
    }

    /// Adding a template of pure variables never takes a path away from a more literal one.
    #[test]
    fn the_most_literal_wins(path in "/[a-c]/[a-c]/[a-c]", masks in proptest::collection::vec(0_u8..8, 1..6)) {
        let parts: Vec<_> = path.split('/').skip(1).collect();
        let mut masks = masks;
        masks.sort_unstable();
        masks.dedup();
        let template = |mask: u8| -> String {
            parts.iter().enumerate().map(|(index, part)| if mask & (4 >> index) == 0 { format!("/{part}") } else { format!("/{{v{index}}}") }).collect()
        };
        let templates = masks.iter().map(|mask| (Template::parse(&template(*mask)).expect("a template"), usize::from(*mask))).collect();
        let router = Router::new(templates);
        let cut = Path::new(&path);
        let found: Vec<_> = router.find(&cut).map(|(number, _)| number).collect();
        let expect: Vec<_> = masks.iter().map(|mask| usize::from(*mask)).collect();
        prop_assert_eq!(found, expect);
    }
}
