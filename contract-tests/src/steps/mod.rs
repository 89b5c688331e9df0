//! The vocabulary that cases are written in: what a registration page, a buyer, Stripe and an operator do, and what can be seen afterwards.

mod act;
mod answer;
mod arrange;
mod back;
mod buy;
mod deliver;
mod ledger;
mod observe;
mod purchase;
mod stripe;
mod world;

pub use act::{Asked, Visit};
pub use answer::Answer;
pub use arrange::{Sale, Seller};
pub use deliver::{Delivered, Forged};
pub use ledger::{Ledger, PayableView, SessionView};
pub use observe::Seen;
pub use purchase::{Purchase, PurchaseState};
