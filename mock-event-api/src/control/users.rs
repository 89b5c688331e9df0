//! Makes people known who can sign in to the outbound API.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use mock_core::control::{Problem, answer, body_of};

use super::dto::{KnownUser, NewUser};
use crate::api::State;

/// `POST /users`
pub(super) async fn create(Shared(state): Shared<Arc<State>>, body: Bytes) -> Result<Response, Problem> {
    let ask: NewUser = body_of(&body)?;
    for (name, text, most) in
        [("first_name", &ask.first_name, 50), ("last_name", &ask.last_name, 50), ("email", &ask.email, 100)]
    {
        if text.trim().is_empty() || text.chars().count() > most {
            return Err(Problem::bad(format!("{name} is blank or too long"), format!("send 1 to {most} characters")));
        }
    }
    let made = state.events.add_visitor(&ask.first_name, &ask.last_name, &ask.email);
    let (contact_id, id_token) =
        made.map_err(|error| Problem::bad(error.to_string(), "send values that fit the columns of a contact"))?;
    Ok(answer(&KnownUser { contact_id, id_token }))
}
