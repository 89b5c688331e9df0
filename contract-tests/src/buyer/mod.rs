//! The buyer: a scripted browser that opens a hosted payment page, reads its form, fills it in, sends it, and follows redirects by hand as far as
//! the payment provider's own pages go. It knows HTML forms and the `autocomplete` words of the HTML standard, and nothing else of the page.

mod form;
mod means;
mod page;

pub use means::Means;
pub use page::{Bought, Buyer, BuyerError, End, Page};
