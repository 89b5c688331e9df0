//! Tokens and apps: end tokens, shorten their life, take away membership or roles.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use mock_core::control::{Problem, answer, body_of};
use uuid::Uuid;

use super::dto::{AppStanding, ExpireTokens, ExpiredTokens, TokenLifetime, TokensView};
use crate::config::AppRegistration;
use crate::dataverse::Dataverse;
use crate::state::Standing;

pub(super) async fn show(State(dataverse): State<Dataverse>) -> Response {
    view(&dataverse)
}

fn view(dataverse: &Dataverse) -> Response {
    let (given, good) = dataverse.tokens().counts(dataverse.world().clock().wall());
    answer(&TokensView { given, good, lifetime: dataverse.tokens().lifetime() })
}

pub(super) async fn expire(State(dataverse): State<Dataverse>, body: Bytes) -> Result<Response, Problem> {
    let which: ExpireTokens = body_of(&body)?;
    let expired = dataverse.tokens().expire(which.client_id, dataverse.world().clock().wall());
    Ok(answer(&ExpiredTokens { expired }))
}

pub(super) async fn set_lifetime(State(dataverse): State<Dataverse>, body: Bytes) -> Result<Response, Problem> {
    let lifetime: TokenLifetime = body_of(&body)?;
    dataverse.tokens().set_lifetime(lifetime.seconds);
    Ok(view(&dataverse))
}

pub(super) fn app<'a>(dataverse: &'a Dataverse, client_id: &str) -> Result<&'a AppRegistration, Problem> {
    let id = Uuid::try_parse(client_id).map_err(|_| {
        Problem::bad(format!("{client_id:?} is not a client id"), "send the GUID of an app registration")
    })?;
    let mut apps = dataverse.config().tenants.iter().flat_map(|tenant| &tenant.apps);
    apps.find(|app| app.client_id == id).ok_or_else(|| {
        Problem::missing(format!("there is no app registration {id}"), "app registrations come from the configuration")
    })
}

pub(super) async fn set_standing(
    State(dataverse): State<Dataverse>,
    Path(client_id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let standing: AppStanding = body_of(&body)?;
    let app = app(&dataverse, &client_id)?;
    let (id, user, may_act) = (app.client_id, app.user, app.may_act_for_others());
    if standing.member && user.is_none() {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!("the app registration {id} has no application user in the configuration"),
            "give it a user in the configuration",
        ));
    }
    dataverse.set_standing(
        id,
        Some(Standing {
            user: user.filter(|_| standing.member),
            has_role: standing.role,
            may_act: standing.role && may_act,
        }),
    );
    Ok(answer(&standing))
}

pub(super) async fn reset_standing(
    State(dataverse): State<Dataverse>,
    Path(client_id): Path<String>,
) -> Result<Response, Problem> {
    dataverse.set_standing(app(&dataverse, &client_id)?.client_id, None);
    Ok(StatusCode::NO_CONTENT.into_response())
}
