//! `payloop deliveries`: what Stripe told the service, and telling it again.

use mock_stripe::control::dto::{Deliveries as List, DeliveryView, Resend};

use crate::args::Deliveries;
use crate::exit_code::{Exit, Stop};
use crate::{door, screen};

pub(crate) async fn run(args: &Deliveries) -> Result<Exit, Stop> {
    match args {
        Deliveries::List { door } => {
            let list: List = door::control(door)?.get("/v1/stripe/deliveries").await.map_err(door::stop)?;
            if list.deliveries.is_empty() {
                screen::line("Stripe has not had anything to deliver.");
            }
            for delivery in &list.deliveries {
                screen::line(told(delivery));
            }
        }
        Deliveries::Resend { number, door } => {
            let path = format!("/v1/stripe/deliveries/{number}/resend");
            let delivery: DeliveryView =
                door::control(door)?.post(&path, &Resend::default()).await.map_err(door::stop)?;
            screen::line(told(&delivery));
        }
    }
    Ok(Exit::Done)
}

fn told(delivery: &DeliveryView) -> String {
    let last = delivery.attempts.last().map_or_else(String::new, |attempt| match (&attempt.status, &attempt.error) {
        (Some(status), _) => format!(", last answered {status}"),
        (None, Some(error)) => format!(", last: {error}"),
        (None, None) => String::new(),
    });
    let next = delivery.next_attempt.map(|at| format!(", again at {at:.0}")).unwrap_or_default();
    let tries = match delivery.attempts.len() {
        1 => "1 try".to_owned(),
        many => format!("{many} tries"),
    };
    // The wire's own word for the state; it is plain text.
    let status = serde_json::to_value(delivery.status).unwrap_or_default();
    let status = status.as_str().unwrap_or_default().to_owned();
    format!(
        "{:>4}  {:<9}  {:<38}  {}  {tries}{last}{next}",
        delivery.number, status, delivery.event_type, delivery.event
    )
}
