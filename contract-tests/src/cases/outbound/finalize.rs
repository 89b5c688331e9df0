//! The payment that goes well: C-L01, C-L04.

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use uuid::Uuid;

use super::shared::{finalizes, shown};
use crate::cases::notification::shared::{self, SESSION_COMPLETED, pay_by_card};
use crate::check::journal::path_of;
use crate::check::outbound::{LegacyFinalize, PARAMETERS};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// A verified payment turns the temporary registration into a real one: the legacy action with its three texts. Which contact bought is not
/// always known; the text may be empty then.
pub static L01: Case = Case {
    id: "C-L01",
    title: "finalizes a temporary registration with the legacy action",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a paid session is finalized by msevtmgt_FinalizeExternalRegistrationRequest (adx_FinalizeExternalRegistrationRequest where the profile declares outbound-adx) with PurchaseId, ReadableEventId and UserId as texts; UserId is a contact or empty",
    sources: &["SC finalize"],
    needs: Needs::OUTBOUND.and_under("OB-PURCHASER", &["at-once", "finalized"]),
    run: |ctx| three_texts(ctx).boxed(),
};

async fn three_texts(ctx: Ctx) -> Result<(), Stop> {
    ctx.step(match ctx.value() {
        "finalized" => "left the purchase without a contact until it is finalized",
        _ => "had the purchase know its contact from the start",
    });
    let purchase = ctx.purchase().await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let calls = finalizes(&seen);
    ctx.require(
        "the legacy action is called after the payment",
        format!("a call of {} that names purchase {}", ctx.profile().declares.platform.finalize(), purchase.id),
        if seen.finalizes().is_empty() { shown(&calls) } else { seen.shown_finalizes() },
        !calls.is_empty(),
    )?;
    for call in &calls {
        if let Some(entry) = seen.entries.iter().find(|entry| entry.seq == call.seq) {
            shape_of(&ctx, &purchase, call, entry);
        }
    }
    shared::acknowledged(&ctx, &purchase, &seen, SESSION_COMPLETED);
    shared::is_completed(&ctx, &purchase, &seen, "after it was paid");
    Ok(())
}

fn shape_of(ctx: &Ctx, purchase: &Purchase, call: &LegacyFinalize, entry: &EntryView) {
    let number = format!("finalize call #{}", call.seq);
    let name = ctx.profile().declares.platform.finalize();
    ctx.check(
        format!("{number} goes to the unbound action of the declared version"),
        format!("POST /api/data/v9.x/{name}"),
        format!("{} {}", entry.request.method.as_deref().unwrap_or_default(), path_of(entry)),
        entry.request.method.as_deref() == Some("POST") && is_unbound(path_of(entry), name),
    );
    let header = |name: &str| entry.request.header(name).unwrap_or("none").to_owned();
    let (kind, token) = (header("content-type"), header("authorization"));
    let json = kind.to_ascii_lowercase().starts_with("application/json");
    ctx.check(format!("the body of {number} is JSON"), "Content-Type: application/json", &kind, json);
    let bearer = token.to_ascii_lowercase().starts_with("bearer ");
    ctx.check(format!("{number} carries a bearer token"), "Authorization: Bearer and a token", &token, bearer);
    for (name, sent) in PARAMETERS.iter().zip(&call.parameters) {
        let (expected, ok) = match (*name, call.text(name)) {
            ("PurchaseId", text) => (purchase.id.to_string(), text.is_some_and(|text| purchase.is(text))),
            ("ReadableEventId", text) => (purchase.event.clone(), text == Some(purchase.event.as_str())),
            (_, text) => (
                "the id of a contact, or an empty text where none is known".to_owned(),
                text.is_some_and(|text| text.is_empty() || text.parse::<Uuid>().is_ok()),
            ),
        };
        let sent = sent.as_ref().map_or_else(|| "not sent".to_owned(), ToString::to_string);
        ctx.check(format!("{name} of {number} is right, and a text"), expected, sent, ok);
    }
    ctx.check(format!("Dataverse finalizes by {number}"), "2xx with status Success", &call.word, call.accepted);
}

/// Whether a path is this action below the service root, and not bound to a row.
fn is_unbound(path: &str, name: &str) -> bool {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    matches!(segments.as_slice(), ["api", "data", version, last] if version.starts_with('v') && *last == name)
}

/// A registration of several attendees is one temporary registration: one call finalizes it, and a registration for each of them comes of it.
pub static L04: Case = Case {
    id: "C-L04",
    title: "finalizes three attendees with one legacy action",
    level: Level::Core,
    strength: Strength::Should,
    clause: "one call of the legacy action finalizes the registration of all its attendees, and each of them gets a registration",
    sources: &["SC"],
    needs: Needs::OUTBOUND,
    run: |ctx| three_attendees(ctx).boxed(),
};

async fn three_attendees(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let purchase = ctx.register_many(&seller, 3).await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let calls = finalizes(&seen);
    // A call that was refused and repeated is no second one.
    let taken = calls.iter().filter(|call| call.accepted).count();
    ctx.check("one legacy call finalizes all three", "1 call that finalizes", shown(&calls), taken == 1);
    ctx.must(
        "each attendee is registered",
        seen.state.attendees,
        seen.state.registrations,
        seen.state.attendees == 3 && seen.state.registrations == 3,
    );
    shared::is_completed(&ctx, &purchase, &seen, "after it was paid");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_unbound;

    #[test]
    fn the_action_stands_at_the_service_root() {
        let name = "msevtmgt_FinalizeExternalRegistrationRequest";
        assert!(is_unbound(&format!("/api/data/v9.0/{name}"), name));
        assert!(!is_unbound("/api/data/v9.0/adx_FinalizeExternalRegistrationRequest", name));
        assert!(!is_unbound(&format!("/api/data/v9.0/contacts(1)/Microsoft.Dynamics.CRM.{name}"), name));
    }
}
