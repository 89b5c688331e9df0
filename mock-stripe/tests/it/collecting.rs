//! What a page asks its buyer beside the payment: names, telephone, billing address, consent, and the seller's own questions.

use http::header::ACCEPT_LANGUAGE;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const CARD: &str = "email=a%40b.test&name=Ada&method=card&card_number=4242424242424242&card_expiry=12/34&card_cvc=123";
const MEAL: &str = "custom_fields[0][key]=meal&custom_fields[0][label][type]=custom&custom_fields[0][label][custom]=Meal&custom_fields[0][type]=dropdown&custom_fields[0][dropdown][options][0][label]=With+fish&custom_fields[0][dropdown][options][0][value]=fish&custom_fields[0][dropdown][options][1][label]=Vegan&custom_fields[0][dropdown][options][1][value]=vegan";
const BADGE: &str = "custom_fields[1][key]=badge&custom_fields[1][label][type]=custom&custom_fields[1][label][custom]=Name+on+the+badge&custom_fields[1][type]=text&custom_fields[1][text][maximum_length]=20&custom_fields[1][optional]=true";
const MEMBER: &str = "custom_fields[2][key]=member&custom_fields[2][label][type]=custom&custom_fields[2][label][custom]=Member&custom_fields[2][type]=numeric&custom_fields[2][numeric][minimum_length]=3&custom_fields[2][numeric][default_value]=0007";

/// Opens the page of a fresh link with these settings.
async fn page(lab: &Lab, more: &str) -> String {
    let link = lab.link(4950, "usd", more).await;
    lab.visit(link["url"].as_str().unwrap()).await
}

async fn session(lab: &Lab, page: &str) -> Value {
    lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(page))).await.ok()
}

#[track_caller]
fn texts(page: &Answer, selector: &str) -> Vec<String> {
    let found = Html::parse_document(&page.text);
    let selector = Selector::parse(selector).unwrap();
    found.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn a_telephone_and_an_address_are_asked_for_and_told() {
    let lab = Lab::start().await;
    let page = page(&lab, "phone_number_collection[enabled]=true&billing_address_collection=required").await;
    let shown = lab.send(lab.http.get(&page).header(ACCEPT_LANGUAGE, "de")).await;
    let labels = texts(&shown, "label");
    for label in ["Telefonnummer", "Rechnungsadresse", "Postleitzahl", "Ort", "Land (zwei Buchstaben)"] {
        assert!(labels.contains(&label.to_owned()), "{labels:?}");
    }
    let refused = lab.submit(&page, &format!("{CARD}&phone=12&country=Norway")).await;
    assert_eq!(
        texts(&refused, "[role=alert] li"),
        [
            "Enter a complete phone number.",
            "Enter the country as two letters, such as DE or US.",
            "Fill in this field."
        ]
    );
    let told = "phone=%2B47+22+12+34+56&line1=Storgata+1&line2=&postal_code=0155&city=Oslo&state=&country=no";
    assert_eq!(lab.submit(&page, &format!("{CARD}&{told}")).await.status, 303);
    let session = session(&lab, &page).await;
    assert_eq!(session["phone_number_collection"], json!({"enabled": true}));
    let details = &session["customer_details"];
    assert_eq!(details["phone"], "+47 22 12 34 56");
    let address = json!({"city": "Oslo", "country": "NO", "line1": "Storgata 1", "line2": null, "postal_code": "0155", "state": null});
    assert_eq!(details["address"], address);
    let charge = &lab.get("/v1/charges").await.ok()["data"][0];
    assert_eq!(
        (&charge["billing_details"]["address"], &charge["billing_details"]["phone"]),
        (&address, &details["phone"])
    );
}

const NAMES: &str = "name_collection[business][enabled]=true&name_collection[individual][enabled]=true&name_collection[individual][optional]=true";

#[tokio::test]
async fn names_are_asked_for_and_told_and_kept_with_the_customer() {
    let lab = Lab::start().await;
    let page = page(&lab, &format!("{NAMES}&customer_creation=always")).await;
    let shown = lab.send(lab.http.get(&page).header(ACCEPT_LANGUAGE, "de")).await;
    assert_eq!(
        texts(&shown, "label[for$=_name]"),
        ["Name des Unternehmens", "Vollständiger Name (optional)"],
        "beside the name on the card"
    );
    let asked =
        json!({"business": {"enabled": true, "optional": false}, "individual": {"enabled": true, "optional": true}});
    let open = session(&lab, &page).await;
    assert_eq!((&open["name_collection"], &open["collected_information"]), (&asked, &Value::Null));

    assert_eq!(texts(&lab.submit(&page, CARD).await, "[role=alert] a"), ["Fill in this field."]);
    let long = "x".repeat(151);
    let refused = lab.submit(&page, &format!("{CARD}&business_name=Acme&individual_name={long}")).await;
    assert_eq!(texts(&refused, "#individual_name-fault"), ["This answer is too long or too short."]);
    assert_eq!(lab.submit(&page, &format!("{CARD}&business_name=Acme+Inc&individual_name=Ada+King")).await.status, 303);
    let paid = session(&lab, &page).await;
    for told in [&paid["customer_details"], &paid["collected_information"]] {
        assert_eq!((&told["business_name"], &told["individual_name"]), (&json!("Acme Inc"), &json!("Ada King")));
    }
    assert_eq!(paid["customer_details"]["name"], "Ada", "as on the card");
    let customer = lab.get(&format!("/v1/customers/{}", paid["customer"].as_str().unwrap())).await.ok();
    assert_eq!(
        (&customer["business_name"], &customer["individual_name"], &customer["name"]),
        (&json!("Acme Inc"), &json!("Ada King"), &json!("Acme Inc"))
    );
}

#[tokio::test]
async fn a_customer_that_was_there_learns_names_only_when_told_to() {
    let lab = Lab::start().await;
    for (update, expect) in [("", "Old Ltd"), ("&customer_update[name]=auto", "Acme")] {
        let customer = lab.post("/v1/customers", "email=a@b.test&business_name=Old+Ltd").await.ok();
        assert_eq!(customer["name"], "Old Ltd", "who is not called otherwise is called as the business");
        let id = customer["id"].as_str().unwrap();
        let session = lab
            .post("/v1/checkout/sessions", &format!("mode=payment&success_url=https://x.test/&customer={id}{update}&name_collection[business][enabled]=true&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea"))
            .await
            .ok();
        let paid = lab.submit(session["url"].as_str().unwrap(), &format!("{CARD}&business_name=Acme")).await;
        assert_eq!(paid.status, 303, "{}", paid.text);
        let after = lab.get(&format!("/v1/customers/{id}")).await.ok();
        assert_eq!((&after["business_name"], &after["name"]), (&json!(expect), &json!(expect)));
        assert!(after.get("individual_name").is_none());
    }
}

#[tokio::test]
async fn answers_of_a_later_try_replace_those_of_a_refused_one() {
    let lab = Lab::start().await;
    let page = page(&lab, NAMES).await;
    let declined = CARD.replace("4242424242424242", "4000000000000002");
    assert_eq!(lab.submit(&page, &format!("{declined}&business_name=One")).await.status, 200);
    let asked = CARD.replace("4242424242424242", "4000002500003155");
    assert_eq!(lab.submit(&page, &format!("{asked}&business_name=Two")).await.status, 303);
    assert_eq!(lab.submit(&page, "three_d_secure=confirm").await.status, 303);
    assert_eq!(session(&lab, &page).await["customer_details"]["business_name"], "Two");
}

#[tokio::test]
async fn the_sellers_questions_are_answered_and_told_with_the_session() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", &format!("{MEAL}&{BADGE}&{MEMBER}")).await;
    assert_eq!(link["custom_fields"][0]["dropdown"]["options"][1], json!({"label": "Vegan", "value": "vegan"}));
    assert!(link["custom_fields"][0]["dropdown"].get("value").is_none());
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let shown = lab.send(lab.http.get(&page)).await;
    assert_eq!(texts(&shown, "label[for^=custom-]"), ["Meal", "Name on the badge (optional)", "Member"]);
    assert_eq!(texts(&shown, "select option"), ["", "With fish", "Vegan"]);
    let open = session(&lab, &page).await;
    assert_eq!(open["custom_fields"][0]["dropdown"]["value"], Value::Null);

    let long = "x".repeat(21);
    let refused = lab.submit(&page, &format!("{CARD}&custom[meal]=meat&custom[badge]={long}&custom[member]=1a2")).await;
    assert_eq!(
        texts(&refused, "[role=alert] li"),
        ["Choose one of the options.", "This answer is too long or too short.", "Enter digits only."]
    );
    let refused = lab.submit(&page, &format!("{CARD}&custom[meal]=vegan&custom[member]=")).await;
    assert_eq!(texts(&refused, "[role=alert] a"), ["Fill in this field."]);
    assert_eq!(texts(&refused, "option[selected]"), ["Vegan"], "what was chosen stays");
    assert_eq!(
        lab.submit(&page, &format!("{CARD}&custom[meal]=vegan&custom[badge]=&custom[member]=0042")).await.status,
        303
    );
    let paid = session(&lab, &page).await;
    let fields = &paid["custom_fields"];
    assert_eq!(fields[0]["dropdown"]["value"], "vegan");
    assert_eq!((&fields[1]["text"]["value"], &fields[1]["optional"]), (&Value::Null, &json!(true)));
    assert_eq!(
        (&fields[2]["numeric"]["value"], &fields[2]["numeric"]["default_value"]),
        (&json!("0042"), &json!("0007"))
    );
    lab.settled().await;
    let told =
        lab.receiver.all().into_iter().find(|event| event.kind() == "checkout.session.completed").unwrap().json();
    assert_eq!(told["data"]["object"]["custom_fields"], *fields);
}

#[tokio::test]
async fn terms_must_be_agreed_to_and_own_sentences_are_shown() {
    let lab = Lab::start().await;
    let own = "custom_text[submit][message]=Doors+open+at+nine.&custom_text[after_submit][message]=See+you+there.&custom_text[terms_of_service_acceptance][message]=I+agree+to+the+house+rules.";
    let page = page(&lab, &format!("consent_collection[terms_of_service]=required&{own}")).await;
    let shown = lab.send(lab.http.get(&page)).await;
    assert_eq!(texts(&shown, "#before-button, #after-button"), ["Doors open at nine.", "See you there."]);
    assert_eq!(texts(&shown, "label[for=terms]"), ["I agree to the house rules."]);
    let open = session(&lab, &page).await;
    assert_eq!(open["consent"], json!({"promotions": null, "terms_of_service": null}));
    assert_eq!(texts(&lab.submit(&page, CARD).await, "[role=alert] a"), ["You must agree to the terms of service."]);
    assert_eq!(lab.submit(&page, &format!("{CARD}&terms=yes")).await.status, 303);
    let paid = session(&lab, &page).await;
    assert_eq!(paid["consent"]["terms_of_service"], "accepted");
    assert_eq!(paid["consent_collection"]["terms_of_service"], "required");
    assert_eq!(paid["custom_text"]["submit"]["message"], "Doors open at nine.");
}

#[tokio::test]
async fn a_link_changes_what_it_asks() {
    let lab = Lab::start().await;
    let link = lab
        .link(4950, "usd", &format!("{MEAL}&custom_text[submit][message]=One&custom_text[after_submit][message]=Two"))
        .await;
    let path = format!("/v1/payment_links/{}", link["id"].as_str().unwrap());
    let other = lab.post(&path, "custom_text[submit]=&phone_number_collection[enabled]=true").await.ok();
    assert_eq!(
        (&other["custom_text"]["submit"], &other["custom_text"]["after_submit"]["message"]),
        (&Value::Null, &json!("Two"))
    );
    assert_eq!(other["custom_fields"], link["custom_fields"]);
    assert_eq!(other["phone_number_collection"]["enabled"], true);
    let none = lab.post(&path, "custom_fields=&custom_text=").await.ok();
    assert!(none.get("name_collection").is_none());
    let business = lab.post(&path, "name_collection[business][enabled]=true").await.ok();
    let both = lab.post(&path, "name_collection[individual][enabled]=false").await.ok();
    assert_eq!(both["name_collection"]["business"], business["name_collection"]["business"], "what is not sent stays");
    assert_eq!(both["name_collection"]["individual"], json!({"enabled": false, "optional": false}));
    assert!(lab.post(&path, "name_collection=").await.ok().get("name_collection").is_none());
    assert_eq!((&none["custom_fields"], &none["custom_text"]["after_submit"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn questions_that_cannot_be_asked_are_refused() {
    let lab = Lab::start().await;
    let field = "custom_fields[0][label][type]=custom&custom_fields[0][label][custom]=X";
    for (form, param) in [
        (format!("{field}&custom_fields[0][key]=a-b&custom_fields[0][type]=text"), "custom_fields[0][key]"),
        (format!("{MEAL}&{BADGE}&custom_fields[1][key]=meal"), "custom_fields[1][key]"),
        (format!("{field}&custom_fields[0][key]=a&custom_fields[0][type]=dropdown"), "custom_fields[0][dropdown]"),
        (
            format!(
                "{field}&custom_fields[0][key]=a&custom_fields[0][type]=text&custom_fields[0][numeric][maximum_length]=3"
            ),
            "custom_fields[0][type]",
        ),
        (format!("{MEAL}&custom_fields[0][dropdown][default_value]=meat"), "custom_fields[0][dropdown][default_value]"),
        ("consent_collection[promotions]=auto".to_owned(), "consent_collection[promotions]"),
        (format!("{MEAL}&{BADGE}&{MEMBER}&custom_fields[3][key]=four"), "custom_fields"),
    ] {
        let answer = lab.post("/v1/payment_links", &format!("line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea&{form}")).await;
        assert_eq!(answer.status, 400, "{form}");
        let error = &answer.json()["error"];
        assert!(error["param"].as_str().unwrap_or_default().starts_with(param), "{form}: {error}");
    }
}
