//! What a buyer types and what a link's address carries, checked.

use std::collections::BTreeMap;

use mock_core::form::{self, FormTree};

use super::page_asked;
use crate::domain::bank_account::Iban;
use crate::domain::cards::Card;
use crate::domain::discount::is_code;
use crate::domain::payer::Payer;
use crate::domain::session::Session;
use crate::flows::checkout::{Choices, Means};
use crate::flows::sessions::Visit;
use crate::language::{LOCALES, Language};
use crate::params::is_email;

/// The form as typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Submission {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) method: String,
    card_number: String,
    pub(super) card_expiry: String,
    card_cvc: String,
    pub(super) iban: String,
    /// The amount that the buyer chooses, in main units as typed.
    pub(super) amount: Option<String>,
    /// Quantities by line id, as typed.
    pub(super) quantities: BTreeMap<String, String>,
    /// What else was asked, by the name of its input.
    pub(super) asked: BTreeMap<&'static str, String>,
    /// Answers to the seller's own questions, by key.
    pub(super) custom: BTreeMap<String, String>,
    /// The promotion code, where the page had a field for it.
    pub(super) promotion_code: Option<String>,
    /// Whether the buyer only wants the code to be applied.
    pub(super) applies: bool,
    /// Whether the buyer agrees to the terms.
    pub(super) agrees: bool,
    /// The answer to the 3-D Secure step.
    pub(super) confirmed: Option<bool>,
    /// Which rendering of the page it was typed into; empty when a page of ours was not the source.
    pub(super) rendering: String,
}

/// A field that is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The id of its input; empty for the whole form.
    pub(super) field: String,
    /// The sentence, in English until the page is written.
    pub(super) message: &'static str,
}

impl Fault {
    pub(super) fn of(field: impl Into<String>, message: &'static str) -> Self {
        Self { field: field.into(), message }
    }

    /// The same, as a buyer reads it.
    pub(super) fn in_language(&self, language: &Language) -> Self {
        Self::of(self.field.clone(), language.refusal(self.message))
    }
}

/// The form, understood.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) payer: Payer,
    pub(super) means: Option<Means>,
    pub(super) choices: Choices,
}

impl Submission {
    pub(super) fn read(form: &FormTree) -> Self {
        let text = |name: &str| {
            let text = form.get(name).and_then(form::FormNode::text).unwrap_or_default();
            text.trim().chars().take(500).collect::<String>()
        };
        let table = |name: &str| -> BTreeMap<String, String> {
            let entries = form.get(name).and_then(form::FormNode::entries).into_iter().flat_map(form::FormFields::iter);
            entries.filter_map(|(id, node)| Some((id.to_owned(), node.text()?.trim().to_owned()))).collect()
        };
        Self {
            email: text("email"),
            name: text("name"),
            method: text("method"),
            card_number: text("card_number"),
            card_expiry: text("card_expiry"),
            card_cvc: text("card_cvc"),
            iban: text("iban"),
            amount: form.get("amount").is_some().then(|| text("amount")),
            quantities: table("quantity"),
            asked: page_asked::NAMES.into_iter().map(|name| (name, text(name))).collect(),
            custom: table("custom"),
            promotion_code: form.get("promotion_code").is_some().then(|| text("promotion_code")),
            applies: text("apply") == "code",
            agrees: text("terms") == "yes",
            confirmed: match text("three_d_secure").as_str() {
                "confirm" => Some(true),
                "fail" => Some(false),
                _ => None,
            },
            rendering: text("rendering"),
        }
    }

    /// Everything that is wrong, or what was meant. `today` is year and month.
    pub(super) fn check(&self, session: &Session, today: (i16, i8)) -> Result<Checked, Vec<Fault>> {
        let mut faults = Vec::new();
        let email = session.customer_email.clone().unwrap_or_else(|| self.email.clone());
        if !is_email(&email) {
            faults.push(Fault::of("email", "Enter a complete e-mail address."));
        }
        let amount = self.check_amount(session, &mut faults);
        let quantities = self.check_quantities(session, &mut faults);
        let shipping_option = page_asked::shipping_option(self, session, &mut faults);
        let sent = Session { shipping_option: shipping_option.clone(), ..session.clone() };
        let means = if sent.total() == 0 && quantities.is_empty() {
            None
        } else {
            self.check_means(session, today, &mut faults)
        };
        let name = Some(self.name.clone()).filter(|name| !name.is_empty());
        let names = page_asked::names(self, session, &mut faults);
        let (payer, answers) = page_asked::check(self, session, &mut faults);
        let delivery = page_asked::delivery(self, session, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let choices = Choices { quantities, amount, names, answers, delivery, shipping_option };
        Ok(Checked { payer: Payer { email: Some(email), name, ..payer }, means, choices })
    }

    fn check_means(&self, session: &Session, today: (i16, i8), faults: &mut Vec<Fault>) -> Option<Means> {
        let offered = session.offers();
        let method = if self.method.is_empty() { "card" } else { self.method.as_str() };
        if !offered.iter().any(|kind| kind == method) {
            faults.push(Fault::of("method", "Choose a way to pay."));
            return None;
        }
        let means = if method == "sepa_debit" {
            if self.name.is_empty() {
                faults.push(Fault::of("name", "Enter the name of the account's owner."));
            }
            Iban::parse(&self.iban).map(Means::SepaDebit).map_err(|fault| vec![fault])
        } else {
            Card::parse(&self.card_number, &self.card_expiry, &self.card_cvc, today).map(Means::Card)
        };
        means.map_err(|wrong| faults.extend(wrong.iter().map(|fault| Fault::of(fault.field, fault.message)))).ok()
    }

    /// The amount that the buyer chose; what the line had before where the form has no such field.
    fn check_amount(&self, session: &Session, faults: &mut Vec<Fault>) -> Option<i64> {
        let line = session.line_items.iter().find(|line| line.open.is_some())?;
        let (range, typed) = (line.open?, self.amount.as_deref()?);
        let amount = line.currency.read(typed).filter(|amount| range.takes(*amount, line.currency));
        if amount.is_none() {
            faults.push(Fault::of("amount", "Enter an amount within the range offered."));
        }
        amount
    }

    fn check_quantities(&self, session: &Session, faults: &mut Vec<Fault>) -> BTreeMap<String, i64> {
        let mut quantities = BTreeMap::new();
        for item in session.line_items.iter() {
            let (Some(range), Some(text)) = (item.adjustable, self.quantities.get(&item.id)) else { continue };
            match text.parse::<i64>() {
                Ok(quantity) if (range.minimum.max(1)..=range.maximum).contains(&quantity) => {
                    quantities.insert(item.id.clone(), quantity);
                }
                _ => {
                    let field = format!("quantity-{}", item.id);
                    faults.push(Fault::of(field, "Choose a quantity within the range offered."));
                }
            }
        }
        quantities
    }
}

/// What a visitor brought along in the link's address. Values with other characters than letters, digits, `-` and `_` are dropped
/// silently, as the service does (`facts/stripe.md` 10).
pub(super) fn visit(query: &str) -> Visit {
    let mut visit = Visit::default();
    for (name, value) in form::pairs(query.as_bytes(), 100).unwrap_or_default() {
        let word = |most: usize| {
            let clean = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            (clean && (1..=most).contains(&value.len())).then(|| value.clone())
        };
        match name.as_str() {
            "client_reference_id" => visit.client_reference_id = word(200),
            "prefilled_email" if is_email(&value) => visit.prefilled_email = Some(value),
            "locked_prefilled_email" if is_email(&value) => visit.locked_email = Some(value),
            "prefilled_promo_code" => visit.promotion_code = Some(value).filter(|value| is_code(value)),
            "locale" => visit.locale = Some(value).filter(|value| LOCALES.contains(&value.as_str())),
            "utm_source" | "utm_medium" | "utm_campaign" | "utm_term" | "utm_content" => {
                if let Some(value) = word(150) {
                    visit.utm.push((name, value));
                }
            }
            _ => {}
        }
    }
    visit
}

#[cfg(test)]
mod tests {
    use super::visit;

    #[test]
    fn an_address_carries_what_the_service_takes_and_nothing_else() {
        let query =
            "client_reference_id=order-7_x&prefilled_email=a%40b.test&utm_source=mail&utm_medium=%3Cb%3E&locale=de&x=1";
        let visit = visit(query);
        assert_eq!(visit.client_reference_id.as_deref(), Some("order-7_x"));
        assert_eq!(visit.prefilled_email.as_deref(), Some("a@b.test"));
        assert_eq!(visit.utm, [("utm_source".to_owned(), "mail".to_owned())]);
        assert_eq!(visit.locale.as_deref(), Some("de"));
    }

    #[test]
    fn a_code_in_the_address_is_one_that_could_be_typed() {
        assert_eq!(visit("prefilled_promo_code=SPRING-20").promotion_code.as_deref(), Some("SPRING-20"));
        assert_eq!(visit("prefilled_promo_code=%3Cb%3E").promotion_code, None);
    }

    #[test]
    fn references_with_other_characters_are_dropped() {
        assert_eq!(visit("client_reference_id=a%20b").client_reference_id, None);
        assert_eq!(visit(&format!("client_reference_id={}", "a".repeat(201))).client_reference_id, None);
        assert_eq!(visit("prefilled_email=nobody").prefilled_email, None);
        assert_eq!(visit("locale=klingon").locale, None);
        assert_eq!(visit("locale=fr-CA").locale.as_deref(), Some("fr-CA"));
    }
}
