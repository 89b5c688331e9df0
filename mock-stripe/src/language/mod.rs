//! The languages of the hosted pages: what is said in each, how an amount is written, and which one a buyer gets.

mod choose;
mod da;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod money;
mod nb;
mod nl;
mod sv;
mod texts;

pub(crate) use choose::{LOCALES, chosen, preferred};
pub(crate) use texts::{Language, Texts};
