//! Bad input to every route: the dialect's own refusal, never a 5xx, never a panic, never an answer that breaks the contract.

use mock_stripe::routes;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::{KEY, Lab};

/// How many requests are made per route.
const TURNS: usize = 12;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            "0",
            "-1",
            "1",
            "99999999999999999999",
            "1e9",
            "true",
            "null",
            "usd",
            "USD",
            "%00",
            "%ff%fe",
            "%",
            "%zz",
            "+",
            "[]",
            "{}",
            "price_1",
            "https://x.test/",
            "javascript:alert(1)",
            "%7BCHECKOUT_SESSION_ID%7D",
            "..%2f..",
            "4242424242424242",
            "card",
            "pm_card_visa",
            "pm_card_authenticationRequired",
            "tok_visa",
            "manual",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z0-9%&=\\[\\].;_-]{0,40}",
        Just("x".repeat(6_000)),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "currency",
            "unit_amount",
            "unit_amount_decimal",
            "product_data[name]",
            "product_data",
            "line_items",
            "line_items[0][price]",
            "line_items[0][quantity]",
            "line_items[][price_data][currency]",
            "line_items[0]",
            "metadata",
            "metadata[a]",
            "metadata[]",
            "expand[]",
            "expand[0][x]",
            "limit",
            "starting_after",
            "created[gte]",
            "created",
            "name",
            "url",
            "enabled_events[]",
            "enabled_events",
            "after_completion[type]",
            "after_completion[redirect][url]",
            "mode",
            "success_url",
            "amount",
            "charge",
            "email",
            "method",
            "card_number",
            "card_expiry",
            "card_cvc",
            "iban",
            "quantity[x]",
            "quantity",
            "three_d_secure",
            "payment_method",
            "payment_method_data[type]",
            "payment_method_data[card][number]",
            "payment_method_types[]",
            "automatic_payment_methods[enabled]",
            "capture_method",
            "confirm",
            "customer",
            "amount_to_capture",
            "shipping[address][city]",
            "billing_details[email]",
            "type",
            "card[token]",
            "expires_at",
            "a[b][c][d][e][f][g][h][i][j][k][l][m][n][o][p][q][r]",
            "a[",
            "]a",
            "a[]b",
            "restrictions[completed_sessions][limit]",
        ])
        .prop_map(str::to_owned),
        "[a-z\\[\\]%0-9]{0,20}",
    ]
}

fn form() -> impl Strategy<Value = String> {
    prop::collection::vec((name(), word()), 0..8).prop_map(|pairs| {
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_breaks_under_junk() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let ids = ["x", "%00", "..", "%ff", "price_1", Lab::session_of(&page), link["id"].as_str().unwrap()];
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let mut draw = |strategy: &BoxedStrategy<String>| strategy.new_tree(&mut runner).unwrap().current();
    let (forms, words) = (form().boxed(), word().boxed());
    for (method, path, _) in routes() {
        for turn in 0..TURNS {
            let id = ids[turn % ids.len()];
            let path =
                path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/");
            let form = draw(&forms);
            let clean: String =
                form.chars().filter(char::is_ascii_graphic).filter(|c| !"\"<>\\^`{}|#".contains(*c)).collect();
            let url =
                if method == "POST" { format!("{}{path}", lab.base) } else { format!("{}{path}?{clean}", lab.base) };
            let mut call = lab.http.request(method.parse().unwrap(), url);
            if turn % 5 != 4 {
                call = call.bearer_auth(KEY);
            }
            if method == "POST" {
                let kind = if turn % 7 == 6 { "application/json" } else { "application/x-www-form-urlencoded" };
                call = call.header("content-type", kind).body(form.clone());
            }
            if turn % 3 == 2 {
                let junk: String = draw(&words).chars().filter(char::is_ascii_graphic).take(300).collect();
                call = call.header("idempotency-key", junk.clone()).header("stripe-version", junk);
            }
            let answer = lab.send(call).await;
            assert!(answer.status < 500, "{method} {path} {form}: {} {}", answer.status, answer.text);
            assert!(
                answer.status < 400 || answer.status == 404 || answer.json()["error"]["message"].is_string(),
                "{}",
                answer.text
            );
        }
    }
    let entries = lab.world.journal().find(&mock_core::journal::Filter::default());
    assert!(entries.iter().all(|entry| entry.notes.iter().all(|note| !note.contains("panicked"))));
    assert_eq!(lab.get("/v1/account").await.status, 200, "still alive");
}

#[tokio::test]
async fn methods_that_no_route_has_are_refused_in_the_dialect() {
    let lab = Lab::start().await;
    for method in ["PUT", "PATCH", "OPTIONS", "TRACE"] {
        for path in ["/v1/prices", "/b/x", "/c/pay/x", "/", "/nothing"] {
            let answer = lab
                .send(lab.http.request(method.parse().unwrap(), format!("{}{path}", lab.base)).bearer_auth(KEY))
                .await;
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with("Unrecognized request URL ("));
        }
    }
}
