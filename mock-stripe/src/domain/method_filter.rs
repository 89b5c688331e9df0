//! Which of the methods that fit a payment its seller lets through.
//!
//! Source: <https://docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter>: names that do not fit are dropped silently.

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
