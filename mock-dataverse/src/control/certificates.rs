//! Certificates that app registrations sign in with: see, add, take away.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use mock_core::control::{Problem, answer, body_of};

use super::dto::{CertificateView, NewCertificate};
use super::tokens::app;
use crate::dataverse::Dataverse;
use crate::token::ClientCertificate;

/// More than any app has; what is sent beyond it is a mistake.
const MOST: usize = 100;

fn view(certificate: &ClientCertificate) -> CertificateView {
    CertificateView {
        thumbprint: certificate.thumbprint(),
        thumbprint_sha256: certificate.thumbprint_sha256(),
        subject: certificate.subject().to_owned(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
    }
}

/// The certificates of an app.
pub(super) async fn list(
    State(dataverse): State<Dataverse>,
    Path(client_id): Path<String>,
) -> Result<Response, Problem> {
    let app = app(&dataverse, &client_id)?;
    let changed = dataverse.certificates();
    let certificates = changed.get(&app.client_id).unwrap_or(&app.certificates);
    Ok(answer(&certificates.iter().map(view).collect::<Vec<_>>()))
}

/// Adds a certificate to an app; one that it has already stays alone.
pub(super) async fn add(
    State(dataverse): State<Dataverse>,
    Path(client_id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let app = app(&dataverse, &client_id)?;
    let sent: NewCertificate = body_of(&body)?;
    let certificate = ClientCertificate::parse(&sent.certificate)
        .map_err(|error| Problem::bad(error.to_string(), "send the text of a .pem or .cer file"))?;
    let shown = view(&certificate);
    dataverse.change_certificates(app, |certificates| {
        if certificates.contains(&certificate) {
            return Ok(());
        }
        if certificates.len() >= MOST {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                format!("the app registration has {MOST} certificates already"),
                "take one away",
            ));
        }
        certificates.push(certificate);
        Ok(())
    })?;
    Ok(answer(&shown))
}

/// Takes a certificate away from an app.
pub(super) async fn remove(
    State(dataverse): State<Dataverse>,
    Path((client_id, thumbprint)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let app = app(&dataverse, &client_id)?;
    let gone = dataverse.change_certificates(app, |certificates| {
        let before = certificates.len();
        certificates.retain(|certificate| {
            let own = [certificate.thumbprint(), certificate.thumbprint_sha256()];
            !own.iter().any(|own| own.eq_ignore_ascii_case(&thumbprint))
        });
        before - certificates.len()
    });
    if gone > 0 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Problem::missing(
        format!("the app registration has no certificate {thumbprint:?}"),
        "GET /v1/dataverse/apps/{clientId}/certificates lists them",
    ))
}
