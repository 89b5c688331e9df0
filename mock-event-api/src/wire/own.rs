//! What a signed-in user of the outbound API has: registrations, and places waited for (the models of the vendor's sample website).

use jiff::Timestamp;
use mock_dataverse::event_management::{OwnRegistration, Visitor, Waiting};
use serde::Serialize;
use uuid::Uuid;

/// A registration of the user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MyRegistration {
    id: Uuid,
    contact: Option<String>,
    email: Option<String>,
    event: Option<String>,
    pass: Option<String>,
    createdon: Option<String>,
    session_registrations: Vec<SessionRegistration>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionRegistration {
    id: Uuid,
    session_name: Option<String>,
    createdon: Option<String>,
}

/// A place that the user waits for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistItem {
    id: Uuid,
    /// Nobody is invited: an organizer moves people up, or they move up by themselves.
    invited: bool,
    auto_register: bool,
    contact: Option<String>,
    email: Option<String>,
    event: Option<String>,
    /// Null where it is a place of the event.
    session: Option<String>,
}

impl MyRegistration {
    /// A registration of this user.
    pub fn of(user: &Visitor, own: OwnRegistration) -> Self {
        let sessions = own.sessions.into_iter();
        Self {
            id: own.id,
            contact: full_name(user),
            email: user.email.clone(),
            event: own.event,
            pass: own.pass,
            createdon: own.created.map(seconds),
            session_registrations: sessions
                .map(|(id, session_name, created)| SessionRegistration {
                    id,
                    session_name,
                    createdon: created.map(seconds),
                })
                .collect(),
        }
    }
}

impl WaitlistItem {
    /// What this user waits for.
    pub fn of(user: &Visitor, waiting: Waiting) -> Self {
        Self {
            id: waiting.id,
            invited: false,
            auto_register: waiting.auto_register,
            contact: full_name(user),
            email: user.email.clone(),
            event: waiting.event,
            session: waiting.session,
        }
    }
}

fn full_name(user: &Visitor) -> Option<String> {
    let parts: Vec<&str> = [&user.first_name, &user.last_name].into_iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// UTC, to the second.
fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
