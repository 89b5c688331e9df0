//! People who can sign in to the outbound API.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `POST /v1/event-api/users`: somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// First name, 1 to 50 characters.
    pub first_name: String,
    /// Last name, 1 to 50 characters.
    pub last_name: String,
    /// E-mail address, 1 to 100 characters. The contact is the one that an attendee with these names and this address would be.
    pub email: String,
}

/// The answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownUser {
    /// The contact.
    pub contact_id: Uuid,
    /// What to send as `Authorization: Bearer …`. It stands in for an id token of Entra or Azure AD B2C.
    pub id_token: String,
}
