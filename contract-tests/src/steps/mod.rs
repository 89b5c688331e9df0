//! The vocabulary that cases are written in: what a registration page, a buyer, Stripe and an operator do, and what can be seen afterwards.

mod act;
mod again;
mod answer;
mod arrange;
mod back;
mod buy;
mod canary;
mod deliver;
mod ledger;
mod observe;
mod purchase;
mod raw;
mod sign;
mod stranger;
mod stripe;
mod trouble;
mod world;

pub use act::{Asked, Visit};
pub use again::{answer_to, is_taken};
pub use answer::Answer;
pub use arrange::{Sale, Seller};
pub use canary::{Canary, Heard};
pub use deliver::{Delivered, Forged, Numbered};
pub use ledger::{Ledger, PayableView, SessionView};
pub use observe::Seen;
pub use purchase::{Purchase, PurchaseState};
pub use raw::{Told, Wire, head};
pub use sign::{signed, v1};
pub use stranger::{Letter, Reply};
pub use stripe::OwnLink;
pub use trouble::{Fault, Trouble, coded, is_struck, saying, status, with_header};
