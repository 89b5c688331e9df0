//! The hosted pages as text, from their templates.

use askama::Template;

use super::page_asked::{self, Input};
use super::page_form::{Fault, Submission};
use crate::domain::intent::{Intent, Status as IntentStatus};
use crate::domain::money::Currency;
use crate::domain::session::{Completion, PaymentStatus, Session, Status};
use crate::language::{Language, Texts};

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
    /// The link sells what is not faked.
    Subscription,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    lang: &'a str,
    t: &'a Texts,
    title: &'a str,
    message: &'a str,
}

#[derive(Template)]
#[template(path = "checkout.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is one question of the template")]
struct CheckoutPage<'a> {
    lang: &'a str,
    t: &'a Texts,
    session: &'a str,
    rendering: &'a str,
    lines: Vec<Line>,
    total: String,
    free: bool,
    amount: Option<OpenLine>,
    email: &'a str,
    email_fixed: bool,
    name: &'a str,
    method: &'a str,
    takes_card: bool,
    takes_sepa: bool,
    card_expiry: &'a str,
    iban: &'a str,
    asked: Vec<Input>,
    /// What stands in the field for a promotion code, where there is one.
    code: Option<&'a str>,
    subtotal: String,
    changes: Vec<Change>,
    terms: Option<&'a str>,
    agrees: bool,
    /// What the seller says of the address.
    of_address: Option<&'a str>,
    before_button: Option<&'a str>,
    after_button: Option<&'a str>,
    cancel_url: Option<&'a str>,
    button: String,
    faults: &'a [Fault],
}

impl CheckoutPage<'_> {
    /// What is wrong with the input of this id.
    fn fault(&self, field: &str) -> Option<&'static str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message)
    }
}

#[derive(Template)]
#[template(path = "challenge.html")]
struct ChallengePage<'a> {
    lang: &'a str,
    t: &'a Texts,
    action: &'a str,
    rendering: &'a str,
    total: String,
}

#[derive(Template)]
#[template(path = "done.html")]
struct DonePage<'a> {
    lang: &'a str,
    t: &'a Texts,
    reference: String,
    title: &'a str,
    message: &'a str,
    own_message: Option<&'a str>,
    lines: Vec<Line>,
    subtotal: String,
    changes: Vec<Change>,
    total: String,
    next: Option<String>,
}

/// One line as the buyer reads it.
struct Line {
    id: String,
    name: String,
    label: String,
    quantity: i64,
    typed: String,
    unit: String,
    amount: String,
    adjustable: Option<(i64, i64)>,
}

/// The amount that the buyer chooses.
struct OpenLine {
    label: String,
    /// In main units.
    typed: String,
    /// From what on up to what.
    range: String,
}

fn open_line(language: &Language, session: &Session, typed: &Submission) -> Option<OpenLine> {
    let line = session.line_items.iter().find(|line| line.open.is_some())?;
    let (range, currency) = (line.open?, line.currency);
    Some(OpenLine {
        label: format!("{} ({})", language.texts.amount, currency.code().to_ascii_uppercase()),
        typed: typed.amount.clone().unwrap_or_else(|| currency.write(line.amount)),
        range: format!("{} – {}", language.amount(currency, range.least), language.amount(currency, range.most)),
    })
}

/// A page that only says something.
pub(super) fn notice(language: &Language, notice: Notice<'_>) -> String {
    let t = &language.texts;
    let (title, message) = match notice {
        Notice::NoSuchPage => t.no_such_page,
        Notice::Inactive(message) => (t.inactive.0, message.unwrap_or(t.inactive.1)),
        Notice::Expired => t.expired,
        Notice::Confirmed => t.confirmed,
        Notice::NotConfirmed => t.not_confirmed,
        Notice::Subscription => t.subscription,
    };
    render(&NoticePage { lang: language.tag, t, title, message })
}

/// The page where the bank asks whether it is the buyer who pays; `action` is its own path.
pub(super) fn challenge(language: &Language, action: &str, rendering: &str, currency: Currency, amount: i64) -> String {
    let (lang, t) = (language.tag, &language.texts);
    render(&ChallengePage { lang, t, action, rendering, total: language.amount(currency, amount) })
}

/// The page of a session: to pay, to confirm, or done. `rendering` is this rendering's own name, which its form brings back.
pub(super) fn checkout(
    language: &Language,
    session: &Session,
    intent: Option<&Intent>,
    typed: &Submission,
    faults: &[Fault],
    rendering: &str,
) -> String {
    match session.status {
        Status::Expired => return notice(language, Notice::Expired),
        Status::Complete => return done(language, session, intent),
        Status::Open => {}
    }
    if faults.is_empty() && intent.is_some_and(|intent| intent.status == IntentStatus::RequiresAction) {
        let action = format!("/c/pay/{}", session.id);
        return challenge(language, &action, rendering, session.currency, session.total());
    }
    let t = &language.texts;
    let total = language.amount(session.currency, session.total());
    let offered = session.offers();
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
    let free = session.total() == 0;
    let asks = &session.presentation.collects;
    let button = match session.presentation.submit_type.as_deref() {
        _ if free => t.complete,
        Some("book") => t.book,
        Some("donate") => t.donate,
        _ => t.pay,
    };
    let faults: Vec<_> = faults.iter().map(|fault| fault.in_language(language)).collect();
    render(&CheckoutPage {
        lang: language.tag,
        t,
        session: &session.id,
        rendering,
        lines: lines(language, session, typed),
        free,
        amount: open_line(language, session, typed),
        email,
        email_fixed: fixed.is_some(),
        name: &typed.name,
        method,
        takes_card,
        takes_sepa: offered.iter().any(|kind| kind == "sepa_debit"),
        card_expiry: &typed.card_expiry,
        iban: &typed.iban,
        asked: page_asked::inputs(session, typed, language),
        code: (session.presentation.allow_promotion_codes == Some(true)).then(|| {
            let applied = session.discount.as_deref().and_then(|discount| discount.code.as_deref());
            typed.promotion_code.as_deref().or(applied).or(session.prefilled_code.as_deref()).unwrap_or_default()
        }),
        subtotal: language.amount(session.currency, session.subtotal()),
        changes: changes(language, session),
        terms: (asks.terms == Some(true)).then(|| asks.texts.terms.as_deref().unwrap_or(t.terms)),
        agrees: typed.agrees,
        of_address: asks.texts.shipping_address.as_deref().filter(|_| session.presentation.ships_to.is_some()),
        before_button: asks.texts.submit.as_deref(),
        after_button: asks.texts.after_submit.as_deref(),
        cancel_url: session.cancel_url.as_deref(),
        button: button.replace("{total}", &total),
        total,
        faults: &faults,
    })
}

fn done(language: &Language, session: &Session, intent: Option<&Intent>) -> String {
    let t = &language.texts;
    let held = intent.is_some_and(|intent| intent.status == IntentStatus::RequiresCapture);
    let (title, message) = match session.payment_status {
        PaymentStatus::Unpaid if held => t.held,
        PaymentStatus::Unpaid => t.on_its_way,
        PaymentStatus::Paid => t.paid,
        PaymentStatus::NoPaymentRequired => t.free,
    };
    let (own_message, next) = match &session.completion {
        Completion::Hosted(message) => (message.as_deref(), None),
        Completion::Redirect(url) => (None, Some(url.replace("{CHECKOUT_SESSION_ID}", &session.id))),
    };
    render(&DonePage {
        lang: language.tag,
        t,
        reference: t.reference.replace("{session}", &session.id),
        title,
        message,
        own_message,
        lines: lines(language, session, &Submission::default()),
        subtotal: language.amount(session.currency, session.subtotal()),
        changes: changes(language, session),
        total: language.amount(session.currency, session.total()),
        next,
    })
}

/// What changes the sum of the lines, as the buyer reads it.
struct Change {
    id: &'static str,
    name: String,
    amount: String,
}

/// What makes the order cheaper, and what sending it costs.
fn changes(language: &Language, session: &Session) -> Vec<Change> {
    let mut changes = Vec::new();
    if let Some(discount) = session.discount.as_deref() {
        let name = discount.coupon.name.clone().unwrap_or_else(|| language.texts.discount.to_owned());
        let amount = format!("−{}", language.amount(session.currency, session.taken_off()));
        changes.push(Change { id: "discount", name, amount });
    }
    if let Some(option) = &session.shipping_option {
        let amount = language.amount(session.currency, option.amount);
        changes.push(Change { id: "delivery", name: option.name.clone(), amount });
    }
    changes
}

fn lines(language: &Language, session: &Session, typed: &Submission) -> Vec<Line> {
    session
        .line_items
        .iter()
        .map(|item| Line {
            label: language.texts.quantity_of.replace("{name}", &item.description),
            name: item.description.clone(),
            quantity: item.quantity,
            typed: typed.quantities.get(&item.id).cloned().unwrap_or_else(|| item.quantity.to_string()),
            unit: language.amount(item.currency, item.amount.checked_div(item.quantity).unwrap_or(item.amount)),
            amount: language.amount(item.currency, item.amount),
            adjustable: item.adjustable.map(|range| (range.minimum.max(1), range.maximum)),
            id: item.id.clone(),
        })
        .collect()
}

fn render(page: &impl Template) -> String {
    // The templates hold plain values; writing them into a string does not fail.
    page.render().unwrap_or_default()
}
