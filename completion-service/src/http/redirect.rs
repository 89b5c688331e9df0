//! `GET /GatewayRedirect/PayWithStripe`: sends the buyer to the payment page.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;
use uuid::Uuid;

use super::pages::Problem;
use super::query;
use crate::app::App;
use crate::clock::Deadline;
use crate::domain::return_url::ReturnUrl;
use crate::flows::visit::visit;

pub(crate) async fn pay(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    #[cfg(feature = "defects")]
    if let Some(answer) = crate::defects::acts::instead_of_visit(&app, &query).await {
        return answer;
    }
    let (purchase, return_url) = match read(&app, &query, &headers) {
        Ok(parameters) => parameters,
        Err(problem) => return app.hooks.refused_page(&query, problem.into_response()),
    };
    #[cfg(feature = "defects")]
    let return_url = crate::defects::acts::before_visit(&app, purchase, return_url, &headers).await;
    let _place = match app.hooks.place() {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    let limit = app.config.limits.answer;
    let away = app.hooks.sent_away(return_url.as_ref());
    let visit = visit(&app, purchase, return_url, Deadline::after(limit));
    let problem = match timeout(limit, visit).await {
        Ok(Ok(page)) => match HeaderValue::from_str(&app.hooks.address(page)) {
            Ok(page) => {
                tracing::info!(%purchase, "sent to the payment page");
                return (app.hooks.redirect_status(), [(LOCATION, page)]).into_response();
            }
            Err(_) => Problem::Upstream,
        },
        Ok(Err(error)) => {
            tracing::warn!(%purchase, %error, "no payment page");
            error.into()
        }
        Err(_) => {
            tracing::warn!(%purchase, "no payment page in time");
            Problem::Late
        }
    };
    app.hooks.note_problem(purchase, &problem);
    #[cfg(feature = "defects")]
    if let Some(page) = crate::defects::acts::exception(&app, &problem) {
        return page;
    }
    match away.filter(|_| app.hooks.goes_back(&problem)) {
        Some(url) => (app.hooks.redirect_status(), [(LOCATION, url)]).into_response(),
        None => problem.into_response(),
    }
}

fn read(app: &App, text: &str, headers: &HeaderMap) -> Result<(Uuid, Option<ReturnUrl>), Problem> {
    if text.len() > query::LONGEST {
        return Err(Problem::TooLong);
    }
    app.hooks.query(text)?;
    let purchase = app.hooks.claimed(text, headers).ok_or(Problem::PurchaseId)?;
    let return_url = query::single(text, "returnUrl")
        .map_err(|_| Problem::ReturnUrlForm)?
        .map(|url| app.hooks.return_url(&url, &app.config.allowed_return_origins, headers))
        .transpose()
        .map_err(Problem::ReturnUrl)?;
    Ok((purchase, return_url))
}
