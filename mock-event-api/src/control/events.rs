//! Arranges events, changes them, shows their seats, and reports what the linter finds.

use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use mock_core::control::{Problem, answer, body_of};
use mock_dataverse::event_management::linter::Finding;
use mock_dataverse::event_management::programme::{EventDetails, Programme};
use mock_dataverse::event_management::redirect::encode;
use mock_dataverse::event_management::{
    EventChange, NewEvent, NewPass, NewProvider, NewWebApplication, SetUpError, WebApplication,
};
use serde::Deserialize;
use uuid::Uuid;

use super::dto::{ArrangeEvent, ArrangedEvent, ChangeEvent, EventView, Features, FindingView, LintReport, PassSeats};
use super::routes::problem;
use crate::api::State;

/// The payment timeout of an arranged provider for which none is named, in minutes.
const TIMEOUT_MINUTES: u32 = 30;

/// `POST /events`
pub(super) async fn arrange(Shared(state): Shared<Arc<State>>, body: Bytes) -> Result<Response, Problem> {
    let ask: ArrangeEvent = body_of(&body)?;
    check_switches(&state, &ask)?;
    let application = application_for(&state, &ask)?;
    let provider = provider_for(&state, &ask)?;
    let passes = ask.passes.iter().map(|pass| NewPass {
        id: None,
        name: pass.name.clone(),
        price: pass.price,
        currency: pass.currency.clone(),
        allocation: pass.allocation,
        sessions: pass.sessions.clone(),
    });
    let event = NewEvent {
        scope: ask.scope.clone(),
        name: ask.name.clone(),
        readable_id: ask.readable_event_id.clone(),
        description: ask.description.clone(),
        currency: ask.currency.clone(),
        capacity: ask.capacity,
        live: ask.live,
        published: ask.published,
        gateway: ask.gateway,
        provider,
        web_application: Some(application.id),
        starts: ask.starts,
        ends: ask.ends,
        closes: ask.closes,
        closed_message: None,
        passes: passes.collect(),
        details: details_of(&ask),
        programme: programme_of(&ask),
    };
    let made = state.events.create_event(&event).map_err(|error| problem(&error))?;
    for (id, value) in &ask.switches {
        // They were checked before anything was made.
        state.world.switches().set(id, Some(&made.readable_id), value).unwrap_or_default();
    }
    let endpoint = state.endpoint_of(ask.source_system);
    let (event, token) = (encode(&made.readable_id), encode(&application.token));
    Ok(answer(&ArrangedEvent {
        registration_url: format!("{endpoint}/events/{event}/registrations?emApplicationtoken={token}"),
        endpoint,
        event_id: made.id,
        pass_ids: made.passes,
        session_ids: made.staged.sessions,
        track_ids: made.staged.tracks,
        speaker_ids: made.staged.speakers,
        sponsorship_ids: made.staged.sponsorships,
        custom_field_ids: made.staged.custom_fields,
        findings: views(state.events.lint(Some(&made.readable_id))),
        readable_event_id: made.readable_id,
        token: application.token,
        origin: application.origin,
    }))
}

fn details_of(ask: &ArrangeEvent) -> EventDetails {
    EventDetails {
        time_zone: ask.time_zone.clone(),
        public_url: ask.public_event_url.clone(),
        image: ask.image.clone(),
        kind: ask.kind,
        format: ask.format,
        language: ask.language,
        waitlist: ask.show_waitlist,
        auto_register: ask.autoregister_waitlist_items,
        generation: ask.source_system,
        captcha: ask.enable_captcha,
        one_at_a_time: !ask.enable_multi_attendee_registration,
    }
}

fn programme_of(ask: &ArrangeEvent) -> Programme {
    Programme {
        building: ask.building.clone(),
        room: ask.room.clone(),
        sessions: ask.sessions.clone(),
        tracks: ask.tracks.clone(),
        speakers: ask.speakers.clone(),
        sponsorships: ask.sponsorships.clone(),
        custom_fields: ask.custom_fields.clone(),
    }
}

fn check_switches(state: &State, ask: &ArrangeEvent) -> Result<(), Problem> {
    let known = state.world.switches().all();
    for (id, value) in &ask.switches {
        let Some(switch) = known.iter().find(|switch| switch.id == id) else {
            return Err(Problem::bad(format!("there is no switch {id}"), "GET /v1/switches lists them"));
        };
        if !switch.values.iter().any(|known| known.name == value) {
            let values: Vec<_> = switch.values.iter().map(|known| known.name).collect();
            return Err(Problem::bad(
                format!("switch {id} does not take {value:?}"),
                format!("it takes: {}", values.join(", ")),
            ));
        }
    }
    Ok(())
}

/// The web application of the asked origin, made when there is none; without one, the default.
fn application_for(state: &State, ask: &ArrangeEvent) -> Result<WebApplication, Problem> {
    match &ask.origin {
        None => state.events.default_web_application().ok_or_else(|| {
            Problem::bad(
                "there is no web application",
                "send \"origin\" with the origin of the registration page, such as \"http://localhost:8080\"",
            )
        }),
        Some(origin) => {
            // Its ids hang on the origin, not on who asked first.
            let new = NewWebApplication {
                scope: origin.clone(),
                name: origin.chars().take(100).collect(),
                origin: origin.clone(),
                token: None,
                default: false,
            };
            state.events.web_application_of(&new).map_err(|error| problem(&error))
        }
    }
}

/// The event's own payment provider when a page or a timeout is asked for; `None` leaves it to the default.
fn provider_for(state: &State, ask: &ArrangeEvent) -> Result<Option<Uuid>, Problem> {
    let default_page = state.events.default_payment_page_url();
    let page_url = match (&ask.payment_page_url, ask.timeout_minutes) {
        (None, None) if default_page.is_some() || !ask.gateway => return Ok(None),
        (Some(url), _) => url.clone(),
        (None, _) if !ask.gateway => return Ok(None),
        (None, _) => default_page.ok_or_else(|| {
            Problem::bad(
                "there is no payment provider",
                "send \"payment_page_url\" with the redirect endpoint of the completion service, ending in ?",
            )
        })?,
    };
    let new = NewProvider {
        scope: ask.scope.clone(),
        name: format!("Provider of {}", ask.name).chars().take(100).collect(),
        page_url,
        timeout_minutes: ask.timeout_minutes.unwrap_or(TIMEOUT_MINUTES),
        default: false,
    };
    state.events.create_provider(&new).map(Some).map_err(|error| problem(&error))
}

/// `GET /events/{readableEventId}`
pub(super) async fn show(Shared(state): Shared<Arc<State>>, Path(event): Path<String>) -> Result<Response, Problem> {
    let seats = state
        .events
        .capacity(&event)
        .ok_or_else(|| problem(&SetUpError::Unknown { what: "event", name: event.clone() }))?;
    let passes = seats.passes.iter().map(|(pass_id, allocated, taken)| PassSeats {
        pass_id: *pass_id,
        allocated: *allocated,
        held: taken.held,
        sold: taken.sold,
        left: taken.left(*allocated),
    });
    Ok(answer(&EventView {
        event_id: seats.event,
        capacity: seats.capacity,
        held: seats.taken.held,
        sold: seats.taken.sold,
        left: seats.capacity.map(|capacity| seats.taken.left(capacity)),
        passes: passes.collect(),
        findings: views(state.events.lint(Some(&event))),
    }))
}

/// `POST /events/{readableEventId}`
pub(super) async fn change(
    shared: Shared<Arc<State>>,
    Path(event): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let ask: ChangeEvent = body_of(&body)?;
    let change = EventChange {
        live: ask.live,
        capacity: ask.capacity,
        gateway: ask.gateway,
        closes: ask.closes,
        waitlist: ask.show_waitlist,
        auto_register: ask.autoregister_waitlist_items,
        several: ask.enable_multi_attendee_registration,
        allocations: ask.allocations,
        sessions: ask.session_capacities,
    };
    shared.events.change_event(&event, &change).map_err(|error| problem(&error))?;
    show(shared, Path(event)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LintQuery {
    event: Option<String>,
    pass: Option<Uuid>,
}

/// `GET /lint?event=…&pass=…`
pub(super) async fn lint(
    Shared(state): Shared<Arc<State>>,
    query: Result<Query<LintQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query
        .map_err(|_| Problem::bad("the query is not usable", "send event=<readable id> and pass=<GUID>, or nothing"))?;
    let findings = match (&query.event, query.pass) {
        (Some(event), Some(pass)) => state.events.lint_pass(event, pass).ok_or_else(|| {
            Problem::missing(format!("there is no event {event} or no pass {pass}"), "check both ids")
        })?,
        (None, Some(_)) => return Err(Problem::bad("a pass is judged for an event", "add event=<readable id>")),
        (event, None) => state.events.lint(event.as_deref()),
    };
    Ok(answer(&LintReport { findings: views(findings) }))
}

/// `PUT /features`
pub(super) async fn features(Shared(state): Shared<Arc<State>>, body: Bytes) -> Result<StatusCode, Problem> {
    let ask: Features = body_of(&body)?;
    state.events.enable_payments(ask.payments);
    if let Some(on) = ask.demo_payments {
        state.events.enable_demo_payments(on).map_err(|error| problem(&error.into()))?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn views(findings: Vec<Finding>) -> Vec<FindingView> {
    findings
        .into_iter()
        .map(|finding| FindingView {
            rule: finding.rule.to_owned(),
            subject: finding.subject,
            cause: finding.cause,
            cure: finding.cure.to_owned(),
        })
        .collect()
}
