//! What the hosted page asks beside how to pay: names, telephone, billing address, the seller's own questions, and consent.

use std::collections::BTreeMap;

use super::page_form::{Fault, Submission};
use crate::domain::address::{Address, Shipping};
use crate::domain::collection::{FieldKind, NameAsked, Names, WrongAnswer};
use crate::domain::payer::Payer;
use crate::domain::session::Session;
use crate::domain::shipping::ShippingOption;
use crate::language::Language;

/// The names of the inputs for names, telephone, addresses and the way of sending.
pub(super) const NAMES: [&str; 17] = [
    "business_name",
    "individual_name",
    "phone",
    "line1",
    "line2",
    "city",
    "postal_code",
    "state",
    "country",
    "shipping_name",
    "shipping_line1",
    "shipping_line2",
    "shipping_city",
    "shipping_postal_code",
    "shipping_state",
    "shipping_country",
    "shipping_rate",
];

/// One thing that is asked.
pub(super) struct Input {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) autocomplete: &'static str,
    pub(super) kind: &'static str,
    pub(super) value: String,
    /// Labels, values, and whether chosen; a text is typed where there are none.
    pub(super) options: Vec<(String, String, bool)>,
}

/// What this session's page asks, with what was typed.
pub(super) fn inputs(session: &Session, typed: &Submission, language: &Language) -> Vec<Input> {
    let t = &language.texts;
    let text = |name: &'static str, label: &str, autocomplete, kind| Input {
        id: name.to_owned(),
        name: name.to_owned(),
        label: label.to_owned(),
        autocomplete,
        kind,
        value: typed.asked.get(name).cloned().unwrap_or_default(),
        options: Vec::new(),
    };
    let asked = &session.presentation.collects;
    let mut inputs = Vec::new();
    for (asked, name, label, autocomplete) in [
        (asked.business_name, "business_name", t.business_name, "organization"),
        (asked.individual_name, "individual_name", t.individual_name, "name"),
    ] {
        if let Some(asked) = asked.filter(|asked| asked.enabled) {
            let label = if asked.optional { &t.optional.replace("{name}", label) } else { label };
            inputs.push(text(name, label, autocomplete, "text"));
        }
    }
    if asked.phone {
        inputs.push(text("phone", t.phone, "tel", "tel"));
    }
    if asks_address(session) {
        inputs.extend([
            text("line1", t.line1, "billing address-line1", "text"),
            text("line2", t.line2, "billing address-line2", "text"),
            text("postal_code", t.postal_code, "billing postal-code", "text"),
            text("city", t.city, "billing address-level2", "text"),
            text("state", t.state, "billing address-level1", "text"),
            text("country", t.country, "billing country", "text"),
        ]);
    }
    inputs.extend(delivery_inputs(session, typed, language));
    inputs.extend(asked.fields.iter().map(|field| {
        let value = typed.custom.get(&field.key).map_or_else(|| field.default().unwrap_or_default(), String::as_str);
        let options = match &field.kind {
            FieldKind::Dropdown { options, .. } => options.as_slice(),
            _ => &[],
        };
        Input {
            id: format!("custom-{}", field.key),
            name: format!("custom[{}]", field.key),
            label: if field.optional { t.optional.replace("{name}", &field.label) } else { field.label.clone() },
            autocomplete: "off",
            kind: "text",
            value: value.to_owned(),
            options: options.iter().map(|(label, known)| (label.clone(), known.clone(), known == value)).collect(),
        }
    }));
    inputs
}

/// What the page asks of where and how the goods are sent.
fn delivery_inputs(session: &Session, typed: &Submission, language: &Language) -> Vec<Input> {
    let t = &language.texts;
    let said = |name: &str| typed.asked.get(name).cloned().unwrap_or_default();
    let input = |name: &'static str, label: String, autocomplete, options| Input {
        id: name.to_owned(),
        name: name.to_owned(),
        label,
        autocomplete,
        kind: "text",
        value: said(name),
        options,
    };
    let mut inputs = Vec::new();
    if let Some(countries) = &session.presentation.ships_to {
        let of = |label: &str| t.of_delivery.replace("{name}", label);
        let chosen = said("shipping_country");
        let only = countries.len() == 1;
        let countries = countries.iter().map(|code| (code.clone(), code.clone(), only || *code == chosen)).collect();
        inputs.extend([
            input("shipping_name", of(t.name), "shipping name", Vec::new()),
            input("shipping_line1", t.delivery_address.to_owned(), "shipping address-line1", Vec::new()),
            input("shipping_line2", of(t.line2), "shipping address-line2", Vec::new()),
            input("shipping_postal_code", of(t.postal_code), "shipping postal-code", Vec::new()),
            input("shipping_city", of(t.city), "shipping address-level2", Vec::new()),
            input("shipping_state", of(t.state), "shipping address-level1", Vec::new()),
            input("shipping_country", of(t.country), "shipping country", countries),
        ]);
    }
    if session.presentation.shipping_options.len() > 1 {
        let current = session.shipping_option.as_ref().map(|option| option.rate.clone()).unwrap_or_default();
        let chosen = Some(said("shipping_rate")).filter(|rate| !rate.is_empty()).unwrap_or(current);
        let options = session.presentation.shipping_options.iter().map(|option| {
            let label = format!("{} ({})", option.name, language.amount(session.currency, option.amount));
            (label, option.rate.clone(), option.rate == chosen)
        });
        inputs.push(input("shipping_rate", t.delivery.to_owned(), "off", options.collect()));
    }
    inputs
}

/// The way of sending that the buyer chose, or the one that was chosen before.
pub(super) fn shipping_option(
    typed: &Submission,
    session: &Session,
    faults: &mut Vec<Fault>,
) -> Option<ShippingOption> {
    let Some(rate) = typed.asked.get("shipping_rate").filter(|rate| !rate.is_empty()) else {
        return session.shipping_option.clone();
    };
    let found = session.presentation.shipping_options.iter().find(|option| option.rate == *rate);
    if found.is_none() {
        faults.push(Fault::of("shipping_rate", "Choose one of the options."));
    }
    found.cloned()
}

/// Where the goods go, when the page asks for it.
pub(super) fn delivery(typed: &Submission, session: &Session, faults: &mut Vec<Fault>) -> Option<Box<Shipping>> {
    let countries = session.presentation.ships_to.as_deref()?;
    let said = |name: &str| typed.asked.get(name).filter(|text| !text.is_empty()).cloned();
    for name in ["shipping_name", "shipping_line1"] {
        if said(name).is_none() {
            faults.push(Fault::of(name, MISSING));
        }
    }
    let country = said("shipping_country").map(|country| country.to_ascii_uppercase());
    if !country.as_ref().is_some_and(|country| countries.contains(country)) {
        faults.push(Fault::of("shipping_country", "Choose one of the options."));
    }
    Some(Box::new(Shipping {
        address: Address {
            city: said("shipping_city"),
            country,
            line1: said("shipping_line1"),
            line2: said("shipping_line2"),
            postal_code: said("shipping_postal_code"),
            state: said("shipping_state"),
        },
        name: said("shipping_name").unwrap_or_default(),
        ..Shipping::default()
    }))
}

/// An answer that must be given.
const MISSING: &str = "Fill in this field.";

fn asks_address(session: &Session) -> bool {
    session.presentation.billing_address_collection.as_deref() == Some("required")
}

/// What is wrong with the answers, or what they say of the buyer and to the seller.
pub(super) fn check(
    typed: &Submission,
    session: &Session,
    faults: &mut Vec<Fault>,
) -> (Payer, BTreeMap<String, String>) {
    let asked = &session.presentation.collects;
    let said = |name: &str| typed.asked.get(name).filter(|text| !text.is_empty()).cloned();
    let mut payer = Payer::default();
    if asked.phone {
        payer.phone = said("phone").filter(|phone| is_phone(phone));
        if payer.phone.is_none() {
            faults.push(Fault::of("phone", "Enter a complete phone number."));
        }
    }
    if asks_address(session) {
        let country = said("country").map(|country| country.to_ascii_uppercase());
        match &country {
            Some(code) if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {}
            _ => faults.push(Fault::of("country", "Enter the country as two letters, such as DE or US.")),
        }
        if said("line1").is_none() {
            faults.push(Fault::of("line1", MISSING));
        }
        payer.address = Some(Box::new(Address {
            city: said("city"),
            country,
            line1: said("line1"),
            line2: said("line2"),
            postal_code: said("postal_code"),
            state: said("state"),
        }));
    }
    let mut answers = BTreeMap::new();
    for field in &asked.fields {
        let given = typed.custom.get(&field.key).map(String::as_str).unwrap_or_default();
        match field.check(given) {
            Ok(Some(answer)) => drop(answers.insert(field.key.clone(), answer)),
            Ok(None) => {}
            Err(wrong) => {
                faults.push(Fault::of(format!("custom-{}", field.key), sentence(wrong)));
            }
        }
    }
    if asked.terms == Some(true) && !typed.agrees {
        faults.push(Fault::of("terms", "You must agree to the terms of service."));
    }
    (payer, answers)
}

/// The names that were asked for.
pub(super) fn names(typed: &Submission, session: &Session, faults: &mut Vec<Fault>) -> Option<Box<Names>> {
    let asked = &session.presentation.collects;
    let mut said = |name: &'static str, asked: Option<NameAsked>| {
        let given = typed.asked.get(name).map(String::as_str).unwrap_or_default();
        let checked = asked.unwrap_or_default().check(given);
        checked.map_err(|wrong| faults.push(Fault::of(name, sentence(wrong)))).ok().flatten()
    };
    let names = Names {
        business: said("business_name", asked.business_name),
        individual: said("individual_name", asked.individual_name),
    };
    (names != Names::default()).then(|| Box::new(names))
}

/// What is wrong with an answer, in English.
fn sentence(wrong: WrongAnswer) -> &'static str {
    match wrong {
        WrongAnswer::Missing => MISSING,
        WrongAnswer::NotOffered => "Choose one of the options.",
        WrongAnswer::NotDigits => "Enter digits only.",
        WrongAnswer::Length => "This answer is too long or too short.",
    }
}

/// Digits, with a plus before them and blanks and signs between them.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (5..=15).contains(&digits) && rest.bytes().all(|byte| byte.is_ascii_digit() || b" -()./".contains(&byte))
}
