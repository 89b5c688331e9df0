//! Which of the methods that fit a payment its seller lets through.
//!
//! Source: <https://docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter>: names that do not fit are dropped silently.

/// Every type of payment method that the service has. Cards and SEPA debits are those that can pay here.
pub const METHOD_TYPES: &[&str] = &[
    "acss_debit",
    "affirm",
    "afterpay_clearpay",
    "alipay",
    "alma",
    "amazon_pay",
    "au_becs_debit",
    "bacs_debit",
    "bancontact",
    "billie",
    "bizum",
    "blik",
    "boleto",
    "card",
    "cashapp",
    "crypto",
    "custom",
    "customer_balance",
    "eps",
    "fpx",
    "giropay",
    "grabpay",
    "ideal",
    "kakao_pay",
    "klarna",
    "konbini",
    "kr_card",
    "link",
    "mb_way",
    "mobilepay",
    "multibanco",
    "naver_pay",
    "nz_bank_account",
    "oxxo",
    "p24",
    "pay_by_bank",
    "payco",
    "paynow",
    "paypal",
    "payto",
    "pix",
    "promptpay",
    "revolut_pay",
    "samsung_pay",
    "satispay",
    "scalapay",
    "sepa_debit",
    "sofort",
    "sunbit",
    "swish",
    "twint",
    "upi",
    "us_bank_account",
    "wechat_pay",
    "zip",
];

/// Which of the methods that fit are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MethodFilter {
    /// All of them.
    #[default]
    All,
    /// Those that are named here (`allowed_payment_method_types`).
    Allowed(Vec<String>),
    /// Those that are not (`excluded_payment_method_types`).
    Excluded(Vec<String>),
}

impl MethodFilter {
    /// What is left of `types`.
    pub fn apply(&self, mut types: Vec<String>) -> Vec<String> {
        types.retain(|kind| match self {
            Self::All => true,
            Self::Allowed(names) => names.contains(kind),
            Self::Excluded(names) => !names.contains(kind),
        });
        types
    }

    /// `allowed_payment_method_types`
    pub fn allowed(&self) -> Option<&[String]> {
        if let Self::Allowed(names) = self { Some(names) } else { None }
    }

    /// `excluded_payment_method_types`
    pub fn excluded(&self) -> Option<&[String]> {
        if let Self::Excluded(names) = self { Some(names) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::MethodFilter;

    #[test]
    fn names_that_do_not_fit_are_dropped_silently() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let fit = names(&["card", "sepa_debit"]);
        assert_eq!(MethodFilter::All.apply(fit.clone()), fit);
        assert_eq!(MethodFilter::Allowed(names(&["klarna", "card"])).apply(fit.clone()), ["card"]);
        assert_eq!(MethodFilter::Excluded(names(&["klarna", "card"])).apply(fit), ["sepa_debit"]);
    }
}
