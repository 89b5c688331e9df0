//! The hosted pages as a person meets them: in their language, and with whatever they read a page with.

use http::header::ACCEPT_LANGUAGE;
use scraper::{Html, Selector};

use crate::support::{Answer, Lab};

async fn open(lab: &Lab, page: &str, languages: &str) -> Answer {
    lab.send(lab.http.get(page).header(ACCEPT_LANGUAGE, languages)).await
}

async fn submit(lab: &Lab, page: &str, languages: &str, form: &str) -> Answer {
    let call = lab
        .http
        .post(page)
        .header(ACCEPT_LANGUAGE, languages)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    lab.send(call).await
}

/// The page of a fresh session with an address of its own for every language.
async fn session(lab: &Lab, more: &str) -> String {
    let line = "line_items[0][quantity]=2&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=61750&line_items[0][price_data][product_data][name]=Seat";
    let form = format!("mode=payment&success_url=https://x.test/&cancel_url=https://x.test/back&{line}&{more}");
    lab.post("/v1/checkout/sessions", &form).await.ok()["url"].as_str().unwrap().to_owned()
}

#[track_caller]
fn texts(page: &Answer, selector: &str) -> Vec<String> {
    let found = Html::parse_document(&page.text);
    let selector = Selector::parse(selector).unwrap();
    let all = found.select(&selector);
    all.map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

fn language(page: &Answer) -> String {
    let html = Html::parse_document(&page.text);
    html.root_element().value().attr("lang").unwrap().to_owned()
}

#[tokio::test]
async fn a_page_speaks_the_language_that_the_browser_likes_best() {
    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    for (wishes, tag, button, total) in [
        ("", "en", "Pay €1,235.00", "€1,235.00"),
        ("de-AT,en;q=0.5", "de", "1.235,00\u{a0}€ bezahlen", "1.235,00\u{a0}€"),
        ("fr", "fr", "Payer 1\u{202f}235,00\u{a0}€", "1\u{202f}235,00\u{a0}€"),
        ("es-MX", "es", "Pagar 1235,00\u{a0}€", "1235,00\u{a0}€"),
        ("it", "it", "Paga 1235,00\u{a0}€", "1235,00\u{a0}€"),
        ("nl-BE", "nl", "€\u{a0}1.235,00 betalen", "€\u{a0}1.235,00"),
        ("ja", "ja", "€1,235.00 を支払う", "€1,235.00"),
        ("da", "da", "Betal 1.235,00\u{a0}€", "1.235,00\u{a0}€"),
        ("no", "nb", "Betal 1\u{a0}235,00\u{a0}€", "1\u{a0}235,00\u{a0}€"),
        ("fi,sv;q=0.9,en;q=0.8", "sv", "Betala 1\u{a0}235,00\u{a0}€", "1\u{a0}235,00\u{a0}€"),
        ("en-GB", "en-GB", "Pay €1,235.00", "€1,235.00"),
    ] {
        let shown = open(&lab, &page, wishes).await;
        assert_eq!(language(&shown), tag);
        assert_eq!(shown.header("vary"), "accept-language");
        assert_eq!(texts(&shown, "button"), [button]);
        assert_eq!(texts(&shown, "#total"), [total]);
        assert_eq!(texts(&shown, "title"), [button]);
    }
}

#[tokio::test]
async fn a_locale_that_the_seller_names_goes_before_the_browsers() {
    let lab = Lab::start().await;
    let page = session(&lab, "locale=ja").await;
    assert_eq!(language(&open(&lab, &page, "de").await), "ja");
    let page = session(&lab, "locale=auto").await;
    assert_eq!(language(&open(&lab, &page, "de").await), "de");
    let page = session(&lab, "locale=fr-CA").await;
    assert_eq!(language(&open(&lab, &page, "de").await), "fr");
    let refused = lab.post("/v1/checkout/sessions", "mode=payment&locale=tlh").await;
    assert_eq!(refused.status, 400);
    let error = refused.json();
    assert_eq!(error["error"]["param"], "locale");
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("Invalid locale: must be one of auto, bg, cs"), "{message}");
}

#[tokio::test]
async fn a_locale_that_the_pages_do_not_speak_is_english_and_named_in_the_journal() {
    let lab = Lab::start().await;
    let page = session(&lab, "locale=fi").await;
    assert_eq!(language(&open(&lab, &page, "de").await), "en");
    let marked = lab.world.journal().find(&mock_core::journal::Filter::default());
    assert!(marked.iter().any(|entry| entry.unsupported == ["the hosted page in the language \"fi\""]));
}

#[tokio::test]
async fn a_link_takes_its_visitors_locale_and_drops_one_that_there_is_not() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "inactive_message=Sold+out").await;
    let url = link["url"].as_str().unwrap();
    let locale = async |page: &str| {
        lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(page))).await.ok()["locale"].clone()
    };
    let page = lab.visit(&format!("{url}?locale=nl")).await;
    assert_eq!(locale(&page).await, "nl");
    assert_eq!(language(&open(&lab, &page, "de").await), "nl");
    let page = lab.visit(&format!("{url}?locale=xx")).await;
    assert_eq!(locale(&page).await, "auto");
    assert_eq!(language(&open(&lab, &page, "de").await), "de");

    lab.post(&format!("/v1/payment_links/{}", link["id"].as_str().unwrap()), "active=false").await.ok();
    let closed = lab.send(lab.http.get(url).header(ACCEPT_LANGUAGE, "it")).await;
    assert_eq!(texts(&closed, "h1, p"), ["Questo link non è più attivo", "Sold out"]);
}

/// What the pages say about each mistake and each card, in two languages.
#[tokio::test]
async fn every_refusal_is_said_in_the_pages_language() {
    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    let card = |number: &str| {
        format!("email=a%40b.test&name=Ada&method=card&card_number={number}&card_expiry=12/34&card_cvc=123")
    };
    let mut forms: Vec<String> = [
        "email=a%40b.test&method=card",
        "email=nobody&method=card&card_number=4242424242424241&card_expiry=13/30&card_cvc=1",
        "email=a%40b.test&method=card&card_number=4242424242424242&card_expiry=12/20&card_cvc=",
        "email=a%40b.test&method=card&card_number=4242424242424242&card_expiry=12/99&card_cvc=123",
        "email=a%40b.test&method=card&card_number=4242424242424242&card_expiry=00/2030&card_cvc=123",
        "email=a%40b.test&method=sepa_debit&iban=AT00",
        "email=a%40b.test&method=klarna",
        "email=a%40b.test&three_d_secure=confirm",
        "a[b=%%%",
    ]
    .map(str::to_owned)
    .into();
    let cards = [
        "4000000000000002",
        "4000000000009995",
        "4000000000009987",
        "4000000000000069",
        "4000000000000127",
        "4000000000000119",
        "4000000000006975",
        "4100000000000019",
    ];
    forms.extend(cards.map(card));
    let mut seen = 0;
    for form in &forms {
        let english = submit(&lab, &page, "en", form).await;
        let german = submit(&lab, &page, "de", form).await;
        let (said, translated) = (texts(&english, "[role=alert] li"), texts(&german, "[role=alert] li"));
        assert!(!said.is_empty() && said.len() == translated.len(), "{form}: {}", english.text);
        seen += said.len();
        for (said, translated) in said.iter().zip(&translated) {
            assert_ne!(said, translated, "{form}");
        }
    }
    assert!(seen >= 22, "only {seen} refusals were met");
}

#[tokio::test]
async fn the_banks_question_and_the_last_page_speak_it_too() {
    let lab = Lab::start().await;
    let page = session(&lab, "locale=de").await;
    lab.pay(&page, "4000002760003184").await;
    let asked = open(&lab, &page, "").await;
    assert_eq!(texts(&asked, "h1"), ["Zahlung bestätigen"]);
    assert_eq!(texts(&asked, "button"), ["Zahlung bestätigen", "Prüfung nicht bestehen"]);
    let failed = lab.submit(&page, "three_d_secure=fail").await;
    assert!(texts(&failed, "[role=alert] li")[0].starts_with("Wir konnten Ihre Zahlungsmethode"), "{}", failed.text);
    lab.pay(&page, "4242424242424242").await;
    let done = open(&lab, &page, "").await;
    assert_eq!(texts(&done, "h1"), ["Vielen Dank für Ihre Zahlung"]);
    assert_eq!(texts(&done, "#continue"), ["Weiter"]);
}

#[tokio::test]
async fn a_form_can_be_filled_in_by_whoever_cannot_see_it() {
    let lab = Lab::start().await;
    let page = session(&lab, "line_items[0][adjustable_quantity][enabled]=true").await;
    let untouched = open(&lab, &page, "").await;
    let wrong = {
        let html = Html::parse_document(&untouched.text);
        let quantity = html.select(&Selector::parse("input[type=number]").unwrap()).next().unwrap();
        let name = quantity.value().attr("name").unwrap().replace('[', "%5B").replace(']', "%5D");
        submit(&lab, &page, "", &format!("{name}=0&email=&method=card&card_number=1&card_expiry=1&card_cvc=1")).await
    };
    for shown in [&untouched, &wrong] {
        let html = Html::parse_document(&shown.text);
        let all = |selector: &str| html.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
        for input in all("input:not([type=hidden])") {
            let id = input.value().attr("id").unwrap();
            assert_eq!(all(&format!("label[for='{id}']")).len(), 1, "{id} has one label");
            if let Some(fault) = input.value().attr("aria-describedby") {
                assert_eq!(input.value().attr("aria-invalid"), Some("true"));
                assert_eq!(all(&format!("[id='{fault}']")).len(), 1, "{fault}");
            }
        }
        for link in all("[role=alert] a") {
            let target = link.value().attr("href").unwrap().trim_start_matches('#');
            let target = all(&format!("[id='{target}']"));
            assert_eq!(target.len(), 1);
            assert_eq!(target[0].value().attr("aria-invalid"), Some("true"));
        }
        let told = |name: &str| all(&format!("[name={name}]"))[0].value().attr("autocomplete").unwrap().to_owned();
        let tokens = ["email", "name", "card_number", "card_expiry", "card_cvc"].map(told);
        assert_eq!(tokens, ["email", "name", "cc-number", "cc-exp", "cc-csc"]);
        assert_eq!(texts(shown, "legend"), ["Pay with"]);
        assert_eq!(all("#cancel")[0].value().attr("href"), Some("https://x.test/back"));
        assert!(all("script, [onclick], link").is_empty());
    }
    assert_eq!(texts(&wrong, "[role=alert] li").len(), 5);
    assert_eq!(texts(&wrong, "[role=alert] a").len(), 5);
}

/// What a browser sends when the button of this page is pressed: the name of the rendering, and what was typed.
fn pressed(page: &Answer, typed: &str) -> String {
    let html = Html::parse_document(&page.text);
    let selector = Selector::parse("form input[name=rendering]").unwrap();
    let rendering = html.select(&selector).next().unwrap().value().attr("value").unwrap();
    format!("rendering={rendering}&{typed}")
}

fn with_card(number: &str) -> String {
    format!("email=a%40b.test&name=Ada&method=card&card_number={number}&card_expiry=12/34&card_cvc=123")
}

/// The states of a session's charges, oldest first.
async fn charges(lab: &Lab, page: &str) -> Vec<String> {
    let session = lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(page))).await.ok();
    let list = format!("/v1/charges?payment_intent={}", session["payment_intent"].as_str().unwrap());
    let charges = lab.get(&list).await.ok();
    let states = charges["data"].as_array().unwrap().iter().rev();
    states.map(|charge| charge["status"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_double_click_pays_once_and_both_clicks_lead_on() {
    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    let (one, other_tab) = (open(&lab, &page, "").await, open(&lab, &page, "").await);
    let form = pressed(&one, &with_card("4242424242424242"));
    let (first, second) = tokio::join!(submit(&lab, &page, "", &form), submit(&lab, &page, "", &form));
    let third = submit(&lab, &page, "", &form).await;
    for clicked in [&first, &second, &third] {
        assert_eq!((clicked.status, clicked.header("location")), (303, "https://x.test/"), "{}", clicked.text);
    }
    assert_eq!(charges(&lab, &page).await, ["succeeded"]);
    // The same card in another tab is no second click.
    let late = submit(&lab, &page, "", &pressed(&other_tab, &with_card("4242424242424242"))).await;
    assert_eq!(late.status, 200);
    assert_eq!(texts(&late, "h1"), ["Thanks for your payment"]);
    assert_eq!(charges(&lab, &page).await, ["succeeded"]);
}

#[tokio::test]
async fn a_second_click_is_answered_though_the_browser_gave_the_first_one_up() {
    use tokio::io::AsyncWriteExt as _;

    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    let form = pressed(&open(&lab, &page, "").await, &with_card("4242424242424242"));
    let url = url::Url::parse(&page).unwrap();
    let host = format!("127.0.0.1:{}", url.port().unwrap());
    let mut first = tokio::net::TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        url.path(),
        form.len()
    );
    first.write_all(format!("{head}{form}").as_bytes()).await.unwrap();
    drop(first);
    let second = submit(&lab, &page, "", &form).await;
    assert_eq!((second.status, second.header("location")), (303, "https://x.test/"), "{}", second.text);
    assert_eq!(charges(&lab, &page).await, ["succeeded"]);
}

#[tokio::test]
async fn a_declined_card_is_tried_once_a_click_and_again_when_the_page_is_filled_in_again() {
    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    let form = pressed(&open(&lab, &page, "").await, &with_card("4000000000000002"));
    let (first, second) = tokio::join!(submit(&lab, &page, "", &form), submit(&lab, &page, "", &form));
    assert_eq!((first.status, &first.text), (200, &second.text));
    assert_eq!(charges(&lab, &page).await, ["failed"]);
    // What comes back is a new rendering: the same card on it is a new try.
    submit(&lab, &page, "", &pressed(&first, &with_card("4000000000000002"))).await;
    assert_eq!(charges(&lab, &page).await, ["failed", "failed"]);
    let paid = submit(&lab, &page, "", &pressed(&second, &with_card("4242424242424242"))).await;
    assert_eq!(paid.status, 303);
    assert_eq!(charges(&lab, &page).await, ["failed", "failed", "succeeded"]);
}

#[tokio::test]
async fn a_double_click_on_the_banks_question_confirms_once() {
    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    lab.pay(&page, "4000002760003184").await;
    let form = pressed(&open(&lab, &page, "").await, "three_d_secure=confirm");
    let (first, second) = tokio::join!(submit(&lab, &page, "", &form), submit(&lab, &page, "", &form));
    for clicked in [&first, &second] {
        assert_eq!((clicked.status, clicked.header("location")), (303, "https://x.test/"), "{}", clicked.text);
    }
    assert_eq!(charges(&lab, &page).await, ["succeeded"]);
}

#[tokio::test]
async fn a_world_that_was_reset_knows_no_click_of_before() {
    let lab = Lab::start().await;
    let page = session(&lab, "").await;
    let form = pressed(&open(&lab, &page, "").await, &with_card("4242424242424242"));
    assert_eq!(submit(&lab, &page, "", &form).await.status, 303);
    lab.world.reset();
    let again = session(&lab, "").await;
    assert_eq!(again, page, "the same world once more");
    let shown = open(&lab, &page, "").await;
    assert_eq!(pressed(&shown, &with_card("4242424242424242")), form);
    assert_eq!(submit(&lab, &page, "", &form).await.status, 303);
    assert_eq!(charges(&lab, &page).await, ["succeeded"]);
}
