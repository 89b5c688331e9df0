//! The hosted pages as text, from their templates.

use askama::Template;

use super::page_form::{Fault, Submission};
use crate::domain::intent::{Intent, Status as IntentStatus};
use crate::domain::session::{Completion, PaymentStatus, Session, Status};
use crate::wire;

/// The pages are written in English whatever locale was asked for, and say so.
const LANGUAGE: &str = "en";

/// A page that only says something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Notice<'a> {
    /// Nothing is there.
    NoSuchPage,
    /// The link is switched off or used up.
    Inactive(Option<&'a str>),
    /// The session's time is over.
    Expired,
    /// The bank was told.
    Confirmed,
    /// The bank was told otherwise, or not in time.
    NotConfirmed,
    /// The real service would go on here.
    Unsupported(&'a str),
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    lang: &'a str,
    title: &'a str,
    message: &'a str,
}

#[derive(Template)]
#[template(path = "checkout.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is one question of the template")]
struct CheckoutPage<'a> {
    lang: &'a str,
    session: &'a str,
    lines: Vec<Line>,
    total: String,
    free: bool,
    email: &'a str,
    email_fixed: bool,
    name: &'a str,
    method: &'a str,
    takes_card: bool,
    takes_sepa: bool,
    card_expiry: &'a str,
    iban: &'a str,
    cancel_url: Option<&'a str>,
    button: String,
    faults: &'a [Fault],
    bad: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "challenge.html")]
struct ChallengePage<'a> {
    lang: &'a str,
    action: &'a str,
    total: String,
}

#[derive(Template)]
#[template(path = "done.html")]
struct DonePage<'a> {
    lang: &'a str,
    session: &'a str,
    title: &'a str,
    message: &'a str,
    own_message: Option<&'a str>,
    lines: Vec<Line>,
    total: String,
    next: Option<String>,
}

/// One line as the buyer reads it.
struct Line {
    id: String,
    name: String,
    quantity: i64,
    unit: String,
    amount: String,
    adjustable: Option<(i64, i64)>,
}

/// A page that only says something.
pub(super) fn notice(notice: Notice<'_>) -> String {
    let (title, message) = match notice {
        Notice::NoSuchPage => ("Page not found", "There is no payment page at this address."),
        Notice::Inactive(message) => {
            ("This link is no longer active", message.unwrap_or("This payment link is no longer active."))
        }
        Notice::Expired => (
            "This checkout has expired",
            "This checkout page has timed out. Please go back to the seller and start again.",
        ),
        Notice::Confirmed => ("Payment confirmed", "Your bank knows that it is you who pays. You can close this page."),
        Notice::NotConfirmed => {
            ("Payment not confirmed", "This payment was not confirmed. Please go back to the seller and try again.")
        }
        Notice::Unsupported(what) => ("Not available here", what),
    };
    render(&NoticePage { lang: LANGUAGE, title, message })
}

/// The page where the bank asks whether it is the buyer who pays; `action` is its own path.
pub(super) fn challenge(action: &str, total: String) -> String {
    render(&ChallengePage { lang: LANGUAGE, action, total })
}

/// The page of a session: to pay, to confirm, or done.
pub(super) fn checkout(session: &Session, intent: Option<&Intent>, typed: &Submission, faults: &[Fault]) -> String {
    let total = session.currency.format(session.total());
    match session.status {
        Status::Expired => return notice(Notice::Expired),
        Status::Complete => return done(session, total),
        Status::Open => {}
    }
    if faults.is_empty() && intent.is_some_and(|intent| intent.status == IntentStatus::RequiresAction) {
        return challenge(&format!("/c/pay/{}", session.id), total);
    }
    let offered = session.presentation.payment_method_types.clone().unwrap_or_else(|| wire::default_types(session));
    let fixed = session.customer_email.as_deref();
    let email = match (fixed, typed.email.as_str()) {
        (Some(fixed), _) => fixed,
        (None, "") => session.prefilled_email.as_deref().unwrap_or_default(),
        (None, typed) => typed,
    };
    let takes_card = offered.iter().any(|kind| kind == "card");
    let method = match typed.method.as_str() {
        "" if takes_card => "card",
        "" => "sepa_debit",
        typed => typed,
    };
    let verb = match session.presentation.submit_type.as_deref() {
        Some("book") => "Book",
        Some("donate") => "Donate",
        _ => "Pay",
    };
    render(&CheckoutPage {
        lang: LANGUAGE,
        session: &session.id,
        lines: lines(session),
        free: session.total() == 0,
        email,
        email_fixed: fixed.is_some(),
        name: &typed.name,
        method,
        takes_card,
        takes_sepa: offered.iter().any(|kind| kind == "sepa_debit"),
        card_expiry: &typed.card_expiry,
        iban: &typed.iban,
        cancel_url: session.cancel_url.as_deref(),
        button: if session.total() == 0 { "Complete order".to_owned() } else { format!("{verb} {total}") },
        total,
        faults,
        bad: faults.iter().map(|fault| fault.field).collect(),
    })
}

fn done(session: &Session, total: String) -> String {
    let (title, message) = match session.payment_status {
        PaymentStatus::Unpaid => {
            ("Payment on its way", "Your bank will be asked for the payment. This can take some days.")
        }
        PaymentStatus::Paid => ("Thanks for your payment", "Your payment was successful."),
        PaymentStatus::NoPaymentRequired => ("Thanks for your order", "There was nothing to pay."),
    };
    let (own_message, next) = match &session.completion {
        Completion::Hosted(message) => (message.as_deref(), None),
        Completion::Redirect(url) => (None, Some(url.replace("{CHECKOUT_SESSION_ID}", &session.id))),
    };
    render(&DonePage {
        lang: LANGUAGE,
        session: &session.id,
        title,
        message,
        own_message,
        lines: lines(session),
        total,
        next,
    })
}

fn lines(session: &Session) -> Vec<Line> {
    session
        .line_items
        .iter()
        .map(|item| Line {
            id: item.id.clone(),
            name: item.description.clone(),
            quantity: item.quantity,
            unit: item.currency.format(item.amount.checked_div(item.quantity).unwrap_or(item.amount)),
            amount: item.currency.format(item.amount),
            adjustable: item.adjustable.map(|range| (range.minimum.max(1), range.maximum)),
        })
        .collect()
}

fn render(page: &impl Template) -> String {
    // The templates hold plain values; writing them into a string does not fail.
    page.render().unwrap_or_default()
}
