//! `payloop pay`: the buyer, without a browser.

use contract_tests::buyer::{Bought, Buyer, BuyerError, End, Means};

use crate::args::{Outcome, Pay};
use crate::exit_code::{Exit, Stop};
use crate::{door, screen, trust};

pub(crate) async fn run(args: &Pay) -> Result<Exit, Stop> {
    let outcome = args.outcome.unwrap_or(Outcome::Paid);
    let ready = args.ready_file.as_deref().map(door::ready).transpose()?.and_then(|ready| ready.ca_cert);
    let mut buyer = Buyer::over(trust::client(args.trusted.ca_cert.as_deref().or(ready.as_deref()))?);
    let page = buyer.open(args.url.as_str()).await.map_err(|error| stop(&error))?;
    screen::line(format_args!("Opened {}", page.url));
    if outcome == Outcome::Abandon {
        screen::line(format_args!("Read it, and left: {}", page.text()));
        return Ok(Exit::Done);
    }
    let means = match (&args.card, outcome) {
        (Some(number), _) => Means::Card(number.split([' ', '-']).collect()),
        (None, Outcome::Declined) => Means::declined_card(),
        (None, Outcome::Async) => Means::debit(),
        (None, Outcome::Paid | Outcome::Abandon) => Means::card(),
    };
    let bought = buyer.pay(&page, &means).await.map_err(|error| stop(&error))?;
    screen::line(told(&bought, &means));
    // Whoever names a card wants to see what it does; whoever names an outcome wants that one.
    let wanted = match outcome {
        Outcome::Declined => End::Declined,
        Outcome::Paid | Outcome::Async | Outcome::Abandon => End::Paid,
    };
    let as_wanted = if args.card.is_some() { bought.end != End::Closed } else { bought.end == wanted };
    Ok(if as_wanted { Exit::Done } else { Exit::NotConformant })
}

fn told(bought: &Bought, means: &Means) -> String {
    match (bought.end, &bought.landed) {
        (End::Paid, Some(landed)) => format!("Paid with {}; the browser was sent to {landed}", means.shown()),
        (End::Paid, None) => format!("Paid with {}; the page says: {}", means.shown(), bought.page.says()),
        (End::Declined, _) => format!("Not paid with {}; the page says: {}", means.shown(), bought.page.says()),
        (End::Closed, _) => format!("Nothing can be paid there; the page says: {}", bought.page.text()),
    }
}

fn stop(error: &BuyerError) -> Stop {
    let next = match error {
        BuyerError::Unreachable { .. } => "is `payloop up` running, and does the URL stand in quotes?",
        BuyerError::Status { .. } => "the journal at http://127.0.0.1:4400 shows what went wrong",
        BuyerError::Redirects { .. } => "give a payment link, a checkout page, or the redirectUrl of a registration",
        BuyerError::NotOffered { .. } => "SEPA debits need a price in EUR; a card is taken everywhere",
    };
    Stop::configuration(format!("{error}; {next}"))
}
