//! What the buyer pays with: the test numbers that Stripe publishes (<https://docs.stripe.com/testing>).

/// What the buyer pays with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// A card, by its number.
    Card(String),
    /// A SEPA debit, by the account's IBAN: the money comes later, or not at all.
    SepaDebit(String),
}

impl Means {
    /// A card that pays.
    pub fn card() -> Self {
        Self::Card("4242424242424242".to_owned())
    }

    /// A card that is declined, for no stated reason.
    pub fn declined_card() -> Self {
        Self::Card("4000000000000002".to_owned())
    }

    /// A debit that the bank pays after a while.
    pub fn debit() -> Self {
        Self::SepaDebit("DE89370400440532013000".to_owned())
    }

    /// A debit that the bank refuses after a while.
    pub fn failing_debit() -> Self {
        Self::SepaDebit("DE62370400440532013001".to_owned())
    }

    /// What is entered, for people.
    pub fn shown(&self) -> String {
        match self {
            Self::Card(number) => format!("card {number}"),
            Self::SepaDebit(iban) => format!("a SEPA debit of {iban}"),
        }
    }

    /// The value of the payment method type in Stripe's words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Card(_) => "card",
            Self::SepaDebit(_) => "sepa_debit",
        }
    }
}
