//! Refusals of single parameters.

use super::object::Error;
use crate::domain::money::Currency;

impl Error {
    /// Types of methods are named, in a version that only filters them.
    pub fn method_types_gone() -> Self {
        Self::invalid(
            "The `payment_method_types` parameter is no longer supported in this API version. Leave it out to offer the methods that fit, or \
             filter them with `allowed_payment_method_types` or `excluded_payment_method_types`.",
        )
        .code("payment_method_types_no_longer_supported")
        .param("payment_method_types")
    }

    /// A type of payment method that the service does not have.
    pub fn no_such_method_type(kind: &str) -> Self {
        let kind: String = kind.chars().take(100).collect();
        Self::invalid(format!(
            "The payment method type \"{kind}\" is invalid. Please ensure the provided type is activated in your dashboard \
             (https://dashboard.stripe.com/account/payments/settings) and your account is enabled for any preview features that you \
             are trying to use."
        ))
        .code("payment_intent_invalid_parameter")
        .param("payment_method_types")
    }

    /// A required parameter is not there.
    pub fn missing(param: &str) -> Self {
        Self::invalid(format!("Missing required param: {param}.")).code("parameter_missing").param(param)
    }

    /// One of several parameters is needed and none is there.
    pub fn missing_one_of(params: &[&str]) -> Self {
        let first = params.first().copied().unwrap_or_default();
        Self::invalid(format!("You must provide one of: {}.", params.join(", "))).code("parameter_missing").param(first)
    }

    /// Parameters that do not exist.
    pub fn unknown(params: &[String]) -> Self {
        let s = if params.len() == 1 { "" } else { "s" };
        Self::invalid(format!("Received unknown parameter{s}: {}", params.join(", ")))
            .code("parameter_unknown")
            .param(params.first().cloned().unwrap_or_default())
    }

    /// An empty value where that means nothing.
    pub fn empty(param: &str) -> Self {
        Self::invalid(format!(
            "You passed an empty string for '{param}'. Remove '{param}' from your request or supply a non-empty value."
        ))
        .code("parameter_invalid_empty")
        .param(param)
    }

    /// Not an integer.
    pub fn not_an_integer(param: &str, value: &str) -> Self {
        Self::invalid(format!("Invalid integer: {value}")).code("parameter_invalid_integer").param(param)
    }

    /// An integer out of its range.
    pub fn out_of_range(param: &str, least: i64, most: i64, value: i64) -> Self {
        let message = if value < least {
            format!("This value must be greater than or equal to {least}.")
        } else {
            format!("This value must be less than or equal to {most}.")
        };
        Self::invalid(message).code("parameter_invalid_integer").param(param)
    }

    /// Not one of the words allowed.
    pub fn not_one_of(param: &str, allowed: &[&str]) -> Self {
        // An empty word unsets; it is not offered.
        let allowed: Vec<&str> = allowed.iter().copied().filter(|word| !word.is_empty()).collect();
        let last = allowed.last().copied().unwrap_or_default();
        let list = match allowed.as_slice() {
            [_] | [] => last.to_owned(),
            [first, _] => format!("{first} or {last}"),
            many => format!("{}, or {last}", many.get(..many.len() - 1).unwrap_or_default().join(", ")),
        };
        Self::invalid(format!("Invalid {param}: must be one of {list}")).param(param)
    }

    /// Not a boolean, a decimal, an object, …
    pub fn wrong_shape(param: &str, wanted: &str) -> Self {
        Self::invalid(format!("Invalid {wanted}")).param(param)
    }

    /// Too long a text.
    pub fn too_long(param: &str, value: &str, most: usize) -> Self {
        Self::invalid(format!("Invalid string: {}; must be at most {most} characters", ends(value)))
            .code("parameter_invalid_string_too_long")
            .param(param)
    }

    /// Two parameters that exclude each other.
    pub fn exclusive(first: &str, second: &str) -> Self {
        Self::invalid(format!("You may only specify one of these parameters: {first}, {second}."))
            .code("parameters_exclusive")
            .param(first)
    }

    /// Not a currency.
    pub fn bad_currency(param: &str, value: &str) -> Self {
        let all: Vec<_> = Currency::all().map(Currency::code).collect();
        let shown: String = value.chars().take(50).collect::<String>().to_lowercase();
        Self::invalid(format!(
            "Invalid currency: {shown}. Stripe currently supports these currencies: {}",
            all.join(", ")
        ))
        .param(param)
    }

    /// Not a URL.
    pub fn bad_url(param: &str) -> Self {
        Self::invalid("Not a valid URL").code("url_invalid").param(param)
    }
}

/// A long text as the service quotes it: its first and last four characters.
fn ends(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (head, tail) = (characters.iter().take(4), characters.iter().skip(characters.len().saturating_sub(4).max(4)));
    format!("{}...{}", head.collect::<String>(), tail.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn lists_of_words_read_as_the_service_writes_them() {
        let text = |allowed: &[&str]| Error::not_one_of("recurring[interval]", allowed).message;
        assert_eq!(
            text(&["month", "year", "week", "day"]),
            "Invalid recurring[interval]: must be one of month, year, week, or day"
        );
        assert_eq!(text(&["", "a", "b"]), "Invalid recurring[interval]: must be one of a or b");
    }

    #[test]
    fn a_text_that_is_too_long_is_told_by_its_ends() {
        let text = |value: &str| Error::too_long("name", value, 3).message;
        assert_eq!(text("P1_eandsoonGvxg"), "Invalid string: P1_e...Gvxg; must be at most 3 characters");
        assert_eq!(text("äöüßx"), "Invalid string: äöüß...x; must be at most 3 characters");
    }
}
