//! The language of search queries (`mock_stripe::domain::search`).

use mock_stripe::domain::catalog::{Price, Product};
use mock_stripe::domain::charge::Charge;
use mock_stripe::domain::search::{MOST_QUERY, Query, Searchable};

/// A query is refused at a place within it, or it is understood the same with blanks around it.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    one::<Charge>(text);
    one::<Price>(text);
    one::<Product>(text);
}

fn one<T: Searchable>(text: &str) {
    match Query::<T>::parse(text) {
        Err(error) => {
            let length = text.chars().count().min(MOST_QUERY + 1);
            assert!((1..=length + 1).contains(&error.at), "{error} in {length} characters");
            assert!(!error.to_string().is_empty());
        }
        Ok(_) if text.chars().count() < MOST_QUERY => {
            assert!(Query::<T>::parse(&format!(" {text}")).is_ok(), "with a blank before it: {text:?}");
        }
        Ok(_) => {}
    }
}
