//! What the hosted pages say. Every language is one value of [`Language`], so a text that a language lacks does not compile.

use super::money::MoneyForm;
use crate::domain::money::Currency;

/// A language of the hosted pages.
#[derive(Debug)]
pub(crate) struct Language {
    /// Its tag, as in HTML's `lang`.
    pub(crate) tag: &'static str,
    /// What is said.
    pub(crate) texts: Texts,
    /// How an amount is written.
    pub(super) money: MoneyForm,
    /// The sentences of refusals, in English and in this language.
    pub(super) refusals: &'static [(&'static str, &'static str)],
}

/// The texts of the pages. `{total}`, `{name}` and `{session}` are replaced.
#[derive(Debug)]
// The English file shows what each is for.
pub(crate) struct Texts {
    pub(crate) your_order: &'static str,
    pub(crate) total: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) quantity_of: &'static str,
    pub(crate) email: &'static str,
    pub(crate) name: &'static str,
    pub(crate) business_name: &'static str,
    pub(crate) individual_name: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) line1: &'static str,
    pub(crate) line2: &'static str,
    pub(crate) postal_code: &'static str,
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    pub(crate) country: &'static str,
    pub(crate) optional: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) delivery: &'static str,
    pub(crate) delivery_address: &'static str,
    pub(crate) of_delivery: &'static str,
    pub(crate) promotion_code: &'static str,
    pub(crate) apply: &'static str,
    pub(crate) subtotal: &'static str,
    pub(crate) discount: &'static str,
    pub(crate) pay_with: &'static str,
    pub(crate) card: &'static str,
    pub(crate) card_number: &'static str,
    pub(crate) card_expiry: &'static str,
    pub(crate) expiry_form: &'static str,
    pub(crate) card_cvc: &'static str,
    pub(crate) cvc_form: &'static str,
    pub(crate) sepa_debit: &'static str,
    pub(crate) sepa_hint: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) book: &'static str,
    pub(crate) donate: &'static str,
    pub(crate) complete: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) problems: &'static str,
    pub(crate) challenge: Notice,
    pub(crate) challenge_confirm: &'static str,
    pub(crate) challenge_fail: &'static str,
    pub(crate) on_its_way: Notice,
    pub(crate) held: Notice,
    pub(crate) paid: Notice,
    pub(crate) free: Notice,
    pub(crate) next: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) no_such_page: Notice,
    pub(crate) inactive: Notice,
    pub(crate) expired: Notice,
    pub(crate) confirmed: Notice,
    pub(crate) not_confirmed: Notice,
    pub(crate) subscription: Notice,
    pub(crate) footer: &'static str,
}

/// A title, and the sentence below it.
pub(crate) type Notice = (&'static str, &'static str);

impl Language {
    /// A refusal's sentence in this language.
    pub(crate) fn refusal(&self, english: &'static str) -> &'static str {
        self.refusals.iter().find(|(known, _)| *known == english).map_or(english, |(_, said)| said)
    }

    /// An amount as people write it.
    pub(crate) fn amount(&self, currency: Currency, amount: i64) -> String {
        self.money.write(currency, amount)
    }
}
