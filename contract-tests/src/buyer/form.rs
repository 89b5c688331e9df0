//! Reads a payment form and fills it in: every field keeps the value it has, and those that a buyer must fill get theirs.

use scraper::{ElementRef, Html};
use url::Url;

use super::means::Means;

/// A form, filled in and ready to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) action: Url,
    pub(super) fields: Vec<(String, String)>,
    /// The ways to pay that the page lets the buyer choose from; empty when it gives no choice.
    pub(super) offered: Vec<String>,
}

/// The elements that a form is filled in by.
const CONTROLS: [&str; 4] = ["input", "select", "textarea", "button"];

/// What is entered besides the means.
const EMAIL: &str = "ada@example.test";
const NAME: &str = "Ada Ng";

/// Fills in the first form of the page that takes an e-mail address, a card or an account; `None` when there is none.
pub(super) fn fill(page: &Url, html: &str, means: &Means) -> Option<Filled> {
    let document = Html::parse_document(from_the_first_form(html)?);
    within(document.root_element(), &["form"]).find_map(|form| {
        let fields: Vec<Control> = within(form, &CONTROLS).filter_map(Control::read).collect();
        if !fields.iter().any(|field| field.purpose() != Purpose::Other) {
            return None;
        }
        let action = page.join(form.attr("action").unwrap_or_default()).ok()?;
        let ways = |field: &&Control| field.is_choice() && ways_to_pay(&fields, &field.name);
        let offered = fields.iter().filter(ways).map(|field| field.value.clone()).collect();
        Some(Filled { action, fields: filled(&fields, means), offered })
    })
}

/// What comes before a page's first form, its style above all, is longer than the forms and says nothing about them.
fn from_the_first_form(html: &str) -> Option<&str> {
    let mut tags = html.match_indices('<').filter_map(|(at, _)| html.get(at..));
    let opens_form = |tag: &&str| tag.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case("form"));
    tags.find(opens_form)
}

/// The elements of these names within another, in the order of the page.
fn within<'d>(element: ElementRef<'d>, names: &'static [&'static str]) -> impl Iterator<Item = ElementRef<'d>> {
    let inner = element.descendants().skip(1).filter_map(ElementRef::wrap);
    inner.filter(|inner| names.contains(&inner.value().name()))
}

struct Control {
    name: String,
    kind: String,
    value: String,
    autocomplete: String,
    checked: bool,
    is_button: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Email,
    Name,
    CardNumber,
    CardExpiry,
    CardMonth,
    CardYear,
    CardCode,
    Iban,
    Country,
    PostalCode,
    Other,
}

impl Control {
    fn read(element: ElementRef<'_>) -> Option<Self> {
        let attr = |name: &str| element.attr(name).unwrap_or_default().to_owned();
        let is_button = element.value().name() == "button";
        let value = if element.value().name() == "select" { selected(element) } else { attr("value") };
        let name = attr("name");
        let disabled = element.attr("disabled").is_some();
        (!name.is_empty() && !disabled).then(|| Self {
            name,
            kind: if is_button { "submit".to_owned() } else { attr("type").to_ascii_lowercase() },
            value,
            autocomplete: attr("autocomplete").to_ascii_lowercase(),
            checked: element.attr("checked").is_some(),
            is_button,
        })
    }

    /// One of several, or the only one, which a page need not show.
    fn is_choice(&self) -> bool {
        matches!(self.kind.as_str(), "radio" | "hidden")
    }

    /// What the field is for: its `autocomplete` word says it, else its name does.
    fn purpose(&self) -> Purpose {
        if matches!(self.kind.as_str(), "hidden" | "radio" | "checkbox" | "submit") {
            return Purpose::Other;
        }
        let word = self.autocomplete.rsplit(' ').next().unwrap_or_default();
        let name = self.name.to_ascii_lowercase();
        let has = |part: &str| name.contains(part);
        match word {
            "email" => Purpose::Email,
            "cc-name" | "name" => Purpose::Name,
            "cc-number" => Purpose::CardNumber,
            "cc-exp" => Purpose::CardExpiry,
            "cc-exp-month" => Purpose::CardMonth,
            "cc-exp-year" => Purpose::CardYear,
            "cc-csc" => Purpose::CardCode,
            "country" | "country-name" => Purpose::Country,
            "postal-code" => Purpose::PostalCode,
            _ if has("email") => Purpose::Email,
            _ if has("iban") => Purpose::Iban,
            _ if has("month") => Purpose::CardMonth,
            _ if has("year") => Purpose::CardYear,
            _ if has("exp") => Purpose::CardExpiry,
            _ if has("cvc") || has("csc") => Purpose::CardCode,
            _ if has("number") => Purpose::CardNumber,
            _ if has("postal") || has("zip") => Purpose::PostalCode,
            _ if has("name") => Purpose::Name,
            _ => Purpose::Other,
        }
    }
}

fn selected(select: ElementRef<'_>) -> String {
    let options = || within(select, &["option"]);
    let chosen = options().find(|option| option.attr("selected").is_some());
    let option = chosen.or_else(|| options().next());
    option
        .map(|option| option.attr("value").map_or_else(|| option.text().collect::<String>(), str::to_owned))
        .unwrap_or_default()
}

fn filled(controls: &[Control], means: &Means) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut pressed = false;
    for control in controls {
        let card = matches!(means, Means::Card(_));
        let value = match control.purpose() {
            Purpose::Email => EMAIL.to_owned(),
            Purpose::Name => NAME.to_owned(),
            Purpose::CardNumber | Purpose::CardExpiry | Purpose::CardMonth | Purpose::CardYear | Purpose::CardCode
                if !card =>
            {
                String::new()
            }
            Purpose::CardNumber => match means {
                Means::Card(number) => number.clone(),
                Means::SepaDebit(_) => String::new(),
            },
            Purpose::CardExpiry => "12 / 45".to_owned(),
            Purpose::CardMonth => "12".to_owned(),
            Purpose::CardYear => "2045".to_owned(),
            Purpose::CardCode => "314".to_owned(),
            Purpose::Iban => match means {
                Means::SepaDebit(iban) => iban.clone(),
                Means::Card(_) => String::new(),
            },
            Purpose::Country if control.value.is_empty() => "DE".to_owned(),
            Purpose::PostalCode if control.value.is_empty() => "10115".to_owned(),
            Purpose::Country | Purpose::PostalCode => control.value.clone(),
            Purpose::Other => match control.kind.as_str() {
                // Of the ways to pay, the one that is wanted.
                "radio" | "hidden" if ways_to_pay(controls, &control.name) => {
                    if control.value != means.kind() {
                        continue;
                    }
                    control.value.clone()
                }
                "radio" | "checkbox" if !control.checked => continue,
                // One button is pressed: the first that has something to say.
                "submit" | "image" | "button" => {
                    if pressed || (control.is_button && control.kind != "submit") {
                        continue;
                    }
                    pressed = true;
                    control.value.clone()
                }
                _ => control.value.clone(),
            },
        };
        fields.push((control.name.clone(), value));
    }
    fields
}

fn ways_to_pay(controls: &[Control], name: &str) -> bool {
    let way = |control: &Control| ["card", "sepa_debit"].contains(&control.value.as_str());
    controls.iter().any(|control| control.name == name && control.is_choice() && way(control))
}

#[cfg(test)]
mod tests {
    use super::{Means, fill};
    use url::Url;

    const PAGE: &str = r#"<head><style>main > form { margin: 0 }</style></head><p>Pay <b>here</b></p><FORM action="/search"><input name="q"></FORM>
        <form method="post" action="/pay/cs_1">
          <input type="hidden" name="session" value="cs_1">
          <input name="email" autocomplete="email">
          <input type="radio" name="method" value="card" checked> <input type="radio" name="method" value="sepa_debit">
          <input name="cardNumber" autocomplete="cc-number"><input name="cardExpiry" autocomplete="cc-exp">
          <input name="cardCvc" autocomplete="cc-csc"><input name="iban">
          <select name="billingCountry" autocomplete="country"><option value="DE" selected>Germany</option></select>
          <input type="checkbox" name="save" value="1"><button name="act" value="pay">Pay</button>
        </form>"#;

    #[track_caller]
    fn check(means: &Means, expect: &str) {
        let filled = fill(&Url::parse("http://pay.test/b/1").unwrap(), PAGE, means).unwrap();
        assert_eq!(filled.action.as_str(), "http://pay.test/pay/cs_1");
        assert_eq!(filled.offered, ["card", "sepa_debit"]);
        let fields: Vec<String> = filled.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(fields.join("&"), expect);
    }

    #[test]
    fn the_payment_form_is_found_and_filled_in() {
        check(
            &Means::card(),
            "session=cs_1&email=ada@example.test&method=card&cardNumber=4242424242424242&cardExpiry=12 / 45&cardCvc=314&iban=&billingCountry=DE&act=pay",
        );
        check(
            &Means::debit(),
            "session=cs_1&email=ada@example.test&method=sepa_debit&cardNumber=&cardExpiry=&cardCvc=&iban=DE89370400440532013000&billingCountry=DE&act=pay",
        );
    }

    #[test]
    fn the_only_way_to_pay_need_not_be_shown() {
        let page = r#"<form action="/pay"><input name="email" autocomplete="email"><input type="hidden" name="method" value="card">
            <input name="cardNumber" autocomplete="cc-number"></form>"#;
        let at = Url::parse("http://pay.test/").unwrap();
        let by_card = fill(&at, page, &Means::card()).unwrap();
        assert_eq!(by_card.offered, ["card"]);
        assert!(by_card.fields.contains(&("method".to_owned(), "card".to_owned())));
        let by_debit = fill(&at, page, &Means::debit()).unwrap();
        assert_eq!(by_debit.offered, ["card"]);
        assert!(by_debit.fields.iter().all(|(name, _)| name != "method"));
    }

    #[test]
    fn a_page_without_a_payment_form_has_none() {
        assert_eq!(
            fill(&Url::parse("http://pay.test/").unwrap(), "<p>This link is no longer active.</p>", &Means::card()),
            None
        );
    }
}
