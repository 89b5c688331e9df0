//! The `/search` calls: the query language, its complaints, pages; and changes of a session.

use mock_stripe::domain::catalog::Product;
use mock_stripe::domain::charge::Charge;
use mock_stripe::domain::metadata::MetadataChange;
use mock_stripe::domain::payer::Customer;
use mock_stripe::domain::search::{Query, Searchable};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Lab;

#[track_caller]
fn understood<T: Searchable>(query: &str, expect: &str) {
    assert_eq!(format!("{:?}", Query::<T>::parse(query).unwrap()), expect, "{query}");
}

#[track_caller]
fn refused<T: Searchable>(query: &str, expect: &str) {
    assert_eq!(Query::<T>::parse(query).unwrap_err().to_string(), expect, "{query}");
}

#[test]
fn clauses_are_read_with_their_operators_and_values() {
    let one = |clause: &str| format!("Query {{ any: false, clauses: [{clause}] }}");
    understood::<Customer>(r#"email:"Amy@Rocketrides.io""#, &one(r#"(false, "email", Says(["amy@rocketrides.io"]))"#));
    understood::<Customer>("  email:'a' ", &one(r#"(false, "email", Says(["a"]))"#));
    understood::<Customer>("-name~'ada'", &one(r#"(true, "name", Contains("ada"))"#));
    understood::<Customer>("metadata['order id']:'6735'", &one(r#"(false, "order id", Is("6735"))"#));
    understood::<Customer>(r#"-metadata["a\"]b"]:null"#, &one(r#"(true, "a\"]b", Null)"#));
    understood::<Customer>("phone:NULL", &one(r#"(false, "phone", Null)"#));
    understood::<Customer>("name:'null'", &one(r#"(false, "name", Says(["null"]))"#));
    understood::<Charge>(
        "payment_method_details.card.last4:4242",
        &one(r#"(false, "payment_method_details.card.last4", Is("4242"))"#),
    );
    understood::<Charge>("amount:100", &one(r#"(false, "amount", Equal(100))"#));
    understood::<Charge>("amount>='100'", &one(r#"(false, "amount", AtLeast(100))"#));
    understood::<Charge>("created<-5", &one(r#"(false, "created", Below(-5))"#));
    understood::<Product>(
        r"description:'the \'sky\' \\ sea'",
        &one(r#"(false, "description", Says(["the", "'sky'", "\\", "sea"]))"#),
    );
}

#[test]
fn clauses_are_joined_by_one_word() {
    let two = |any: bool| {
        format!(r#"Query {{ any: {any}, clauses: [(false, "name", Says(["or"])), (true, "email", Null)] }}"#)
    };
    for query in ["name:'or' -email:null", "name:'or' AND -email:null", "name:'or'  and\t-email:null"] {
        understood::<Customer>(query, &two(false));
    }
    for query in ["name:'or' OR -email:null", "name:'or' oR -email:null"] {
        understood::<Customer>(query, &two(true));
    }
}

#[test]
fn complaints_name_the_place() {
    refused::<Customer>("", "expected a clause such as name:\"value\" at position 1");
    refused::<Customer>("name:'a' OR ", "expected a clause such as name:\"value\" at position 13");
    refused::<Customer>("name:'a' OR email:'b' AND phone:'c'", "AND and OR cannot be used in one query at position 23");
    refused::<Customer>("name:'a' OR email:'b' phone:'c'", "AND and OR cannot be used in one query at position 23");
    refused::<Customer>("(name:'a')", "clauses cannot be grouped with parentheses at position 1");
    refused::<Customer>("name:'a')", "clauses cannot be grouped with parentheses at position 9");
    refused::<Customer>("näme:'a'", "field \"n\" cannot be searched at position 1");
    refused::<Customer>("name:'a' amount:5", "field \"amount\" cannot be searched at position 10");
    refused::<Customer>("name", "expected one of : ~ < <= > >= at position 5");
    refused::<Customer>("name>'a'", "field \"name\" does not support the operator > at position 5");
    refused::<Charge>("currency~'us'", "field \"currency\" does not support the operator ~ at position 9");
    refused::<Charge>("amount:12.5", "expected an integer at position 8");
    refused::<Charge>("amount>null", "expected an integer at position 8");
    refused::<Charge>("amount>99999999999999999999", "expected an integer at position 8");
    refused::<Customer>("name:ada", "text values must be in quotation marks at position 6");
    refused::<Customer>("name:'ada", "the quotation mark is not closed; it was opened at position 6");
    refused::<Customer>(r"name:'ada\", "the quotation mark is not closed; it was opened at position 6");
    refused::<Customer>("name~'ad'", "a substring must have at least 3 characters at position 6");
    refused::<Customer>("metadata:'a'", "expected metadata[\"key\"] at position 9");
    refused::<Customer>("metadata['a':'b'", "expected metadata[\"key\"] at position 13");
    refused::<Customer>("name:'a'email:'b'", "expected a blank after the clause at position 9");
    refused::<Customer>(&"x".repeat(5_001), "the query is longer than 5000 characters at position 5001");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in a query, it is understood or refused at a place within it.
    #[test]
    fn no_query_is_too_strange(query in "[a-z:~<>='\"\\\\ ()\\-0-9\\[\\]äA]{0,40}|((-?(name|email|metadata\\['k'\\])[:~]('[a-zé ]{0,5}'|null)) ?(AND|or)? ?){0,5}|.{0,60}") {
        if let Err(error) = Query::<Customer>::parse(&query) {
            prop_assert!((1..=query.chars().count() + 1).contains(&error.at), "{error}");
        }
    }

    /// A text finds itself, whatever it is made of.
    #[test]
    fn a_quoted_text_is_found_again(text in ".{1,40}", quote in prop::sample::select(vec!['\'', '"'])) {
        let escaped: String = text.chars().flat_map(|c| [Some('\\').filter(|_| c == quote || c == '\\'), Some(c)]).flatten().collect();
        let query = Query::<Customer>::parse(&format!("metadata[{quote}{escaped}{quote}]:{quote}{escaped}{quote}")).unwrap();
        let mut customer = Customer::new("cus_1".into(), 0, "ABC".into(), Default::default());
        prop_assert!(!query.matches(&customer));
        let pair = (text.as_str().into(), text.as_str().into());
        customer.metadata = MetadataChange::Merge([pair].into()).made().unwrap();
        prop_assert!(query.matches(&customer));
    }
}

#[test]
fn words_are_found_in_their_order_and_parts_anywhere() {
    let mut product = Customer::new("cus_1".into(), 0, "ABC".into(), Default::default());
    product.name = Some("One two  three Four".to_owned());
    let found = |query: &str| Query::<Customer>::parse(query).unwrap().matches(&product);
    for query in
        ["name:'one two three'", "name:'TWO three four'", "name:'two'", "name~'hre'", "-name:'one three'", "email:null"]
    {
        assert!(found(query), "{query}");
    }
    for query in
        ["name:'three two'", "name:'thre'", "name:'one two three four five'", "name:''", "email:''", "name:null"]
    {
        assert!(!found(query), "{query}");
    }
}

fn names(found: &Value) -> Vec<&str> {
    found["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

async fn search(lab: &Lab, noun: &str, query: &str, more: &str) -> Value {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    lab.get(&format!("/v1/{noun}/search?query={query}{more}")).await.ok()
}

#[tokio::test]
async fn customers_are_found_in_pages_newest_first() {
    let lab = Lab::start().await;
    for n in 1..=5 {
        let form = format!("name=Ada+{n}&email=ada{n}@example.com&metadata[parity]={}", n % 2);
        lab.post("/v1/customers", &form).await.ok();
    }
    let gone = lab.post("/v1/customers", "name=Ada+6").await.ok();
    lab.delete(&format!("/v1/customers/{}", gone["id"].as_str().unwrap())).await.ok();
    assert_eq!(names(&search(&lab, "customers", "metadata['parity']:'1'", "").await), ["Ada 5", "Ada 3", "Ada 1"]);
    assert_eq!(names(&search(&lab, "customers", "-metadata['parity']:'1' email~'ADA'", "").await), ["Ada 4", "Ada 2"]);
    assert_eq!(
        names(&search(&lab, "customers", "name:'ada 1' OR email:'ada2@example.com'", "").await),
        ["Ada 2", "Ada 1"]
    );

    let first = search(&lab, "customers", "name~'ada'", "&limit=2&expand[]=total_count").await;
    assert_eq!(names(&first), ["Ada 5", "Ada 4"]);
    assert_eq!(
        (&first["object"], &first["has_more"], &first["total_count"]),
        (&json!("search_result"), &json!(true), &json!(5))
    );
    let next = format!("&limit=2&page={}", first["next_page"].as_str().unwrap());
    let second = search(&lab, "customers", "name~'ada'", &next).await;
    assert_eq!(names(&second), ["Ada 3", "Ada 2"]);
    let next = format!("&limit=2&page={}", second["next_page"].as_str().unwrap());
    let last = search(&lab, "customers", "name~'ada'", &next).await;
    assert_eq!((names(&last), &last["next_page"], last.get("total_count")), (vec!["Ada 1"], &Value::Null, None));
    let empty = lab.get("/v1/customers/search?query=name:'nobody'").await;
    insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!("search_nothing", empty.text) });

    let wrong = lab.get("/v1/customers/search?query=name:nobody").await;
    let error = wrong.json()["error"].clone();
    assert_eq!((wrong.status, error["param"].as_str()), (400, Some("query")));
    assert!(error["message"].as_str().unwrap().ends_with("in quotation marks at position 6."), "{error}");
    assert_eq!(lab.get("/v1/customers/search?query=name:'a'&page=%21").await.json()["error"]["param"], "page");
    assert_eq!(lab.get("/v1/customers/search").await.json()["error"]["code"], "parameter_missing");
}

#[tokio::test]
async fn payments_prices_and_products_are_found_by_what_they_say() {
    let lab = Lab::start().await;
    for (amount, method) in [(500, "pm_card_visa"), (900, "pm_card_mastercard"), (1500, "pm_card_createDisputeInquiry")]
    {
        let form = format!(
            "amount={amount}&currency=usd&confirm=true&payment_method={method}&payment_method_types[]=card&metadata[n]={amount}"
        );
        lab.post("/v1/payment_intents", &form).await.ok();
    }
    lab.link(4950, "eur", "").await;
    lab.post("/v1/payment_intents", "amount=700&currency=eur").await.ok();
    let amounts = async |noun: &str, query: &str| -> Vec<i64> {
        let found = search(&lab, noun, query, "").await;
        let amount = |row: &Value| row["amount"].as_i64().or(row["unit_amount"].as_i64()).unwrap();
        found["data"].as_array().unwrap().iter().map(amount).collect()
    };
    assert_eq!(amounts("payment_intents", "status:'succeeded' amount>500").await, [1500, 900]);
    assert_eq!(amounts("payment_intents", "-currency:'USD'").await, [700]);
    assert_eq!(amounts("payment_intents", "metadata['n']:'900' OR amount<=500").await, [900, 500]);
    assert_eq!(amounts("charges", "payment_method_details.card.last4:'4444'").await, [900]);
    assert_eq!(amounts("charges", "payment_method_details.card.brand:'visa' -disputed:'true'").await, [500]);
    assert_eq!(amounts("charges", "refunded:null created>0 customer:null").await, [1500, 900, 500]);
    assert_eq!(amounts("prices", "type:'one_time' active:'true' currency:'eur'").await, [4950]);
    assert_eq!(names(&search(&lab, "products", "name~'TABLE' shippable:null", "").await), ["Seat at the table"]);
    let charge = search(&lab, "charges", "amount:900", "").await["data"][0]["id"].as_str().unwrap().to_owned();
    for (refund, query) in [(400, "refunded:'false'"), (500, "refunded:'true'")] {
        lab.post("/v1/refunds", &format!("charge={charge}&amount={refund}")).await.ok();
        assert_eq!(amounts("charges", query).await, [900]);
    }
    let expanded = search(&lab, "charges", "amount:900", "&expand[]=data.payment_intent").await;
    assert_eq!(expanded["data"][0]["payment_intent"]["amount"], 900);
}

#[tokio::test]
async fn a_session_takes_new_metadata_and_nothing_else() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "metadata[order]=7&metadata[shop]=a").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let path = format!("/v1/checkout/sessions/{}", Lab::session_of(&page));
    let changed = lab.post(&path, "metadata[shop]=&metadata[seat]=4").await.ok();
    assert_eq!(changed["metadata"], json!({ "order": "7", "seat": "4" }));
    lab.pay(&page, "4242424242424242").await;
    assert_eq!(lab.post(&path, "metadata[late]=1").await.ok()["payment_status"], "paid");
    let refused = lab.post(&path, "line_items[0][quantity]=2").await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("line_items")));
    assert_eq!(lab.post("/v1/checkout/sessions/cs_none", "metadata[a]=1").await.status, 404);
}
