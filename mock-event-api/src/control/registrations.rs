//! Registrations as the organizer has them: shown, cancelled, moved up from the waiting lists.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use mock_core::control::{Problem, answer, body_of};
use mock_dataverse::event_management::{OrganizerRefusal, SetUpError, Standing};
use uuid::Uuid;

use super::dto::{OrganizerAct, RegistrationView, SessionRegistrationView, SessionStatus};
use super::routes::problem;
use crate::api::State;

/// `GET /events/{readableEventId}/registrations`
pub(super) async fn of_event(
    Shared(state): Shared<Arc<State>>,
    Path(event): Path<String>,
) -> Result<Response, Problem> {
    let registrations = state
        .events
        .registrations(&event)
        .ok_or_else(|| problem(&SetUpError::Unknown { what: "event", name: event }))?;
    let views: Vec<RegistrationView> = registrations
        .into_iter()
        .map(|view| RegistrationView {
            registration_id: view.id,
            waitlisted: view.waits,
            pass_id: view.pass,
            purchase_id: view.purchase,
            auto_register: view.auto_register,
            sessions: view
                .sessions
                .into_iter()
                .map(|place| SessionRegistrationView {
                    session_id: place.session,
                    session_registration_id: place.row,
                    status: match place.standing {
                        Standing::Registered => SessionStatus::Registered,
                        Standing::Waitlisted => SessionStatus::Waitlisted,
                        Standing::OnHold => SessionStatus::OnHold,
                    },
                })
                .collect(),
        })
        .collect();
    Ok(answer(&views))
}

/// `POST /registrations/{registrationId}/cancel`
pub(super) async fn cancel(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (registration, ask) = (parse(&id)?, act(&body)?);
    let done = match ask.session_id {
        None => state.events.cancel_registration(registration),
        Some(session) => state.events.cancel_session_registration(registration, session),
    };
    done.map(|()| StatusCode::NO_CONTENT).map_err(|refusal| refused(&refusal))
}

/// `POST /registrations/{registrationId}/move-up`
pub(super) async fn move_up(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (registration, ask) = (parse(&id)?, act(&body)?);
    let done = match ask.session_id {
        None => state.events.move_up(registration),
        Some(session) => state.events.move_up_in_session(registration, session),
    };
    done.map(|()| StatusCode::NO_CONTENT).map_err(|refusal| refused(&refusal))
}

fn act(body: &Bytes) -> Result<OrganizerAct, Problem> {
    if body.is_empty() { Ok(OrganizerAct::default()) } else { body_of(body) }
}

fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| Problem::bad(format!("{id:?} is not a registration id"), "send the GUID of its row"))
}

fn refused(refusal: &OrganizerRefusal) -> Problem {
    let message = refusal.to_string();
    match refusal {
        OrganizerRefusal::Unknown(_) => {
            Problem::missing(message, "GET /v1/event-api/events/{readableEventId}/registrations lists them")
        }
        OrganizerRefusal::NotWaiting(_) => {
            Problem::new(StatusCode::CONFLICT, message, "only who waits can be moved up")
        }
        OrganizerRefusal::Full(_) => {
            Problem::new(StatusCode::CONFLICT, message, "cancel a registration or raise the capacity first")
        }
        OrganizerRefusal::Store(_) => Problem::bad(message, "check the rows of the registration"),
    }
}
