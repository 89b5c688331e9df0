//! A speaker on the wire.

use mock_dataverse::event_management::agenda_views::SpeakerView;
use serde::Serialize;
use uuid::Uuid;

use super::session::Session;

/// A speaker.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Speaker {
    id: Uuid,
    name: String,
    title: Option<String>,
    about: Option<String>,
    accomplishments: Option<String>,
    publications: Option<String>,
    blog: Option<String>,
    email: Option<String>,
    linkedin: Option<String>,
    twitter: Option<String>,
    website: Option<String>,
    image: Option<String>,
    /// Relative to the endpoint, which ends without a slash where this begins without one.
    image_url: Option<String>,
    sessions: Vec<Session>,
}

impl From<SpeakerView> for Speaker {
    fn from(view: SpeakerView) -> Self {
        Self {
            image_url: view.image.is_some().then(|| format!("speakers/{}/image", view.id)),
            id: view.id,
            name: view.name,
            title: view.title,
            about: view.about,
            accomplishments: view.accomplishments,
            publications: view.publications,
            blog: view.blog,
            email: view.email,
            linkedin: view.linkedin,
            twitter: view.twitter,
            website: view.website,
            image: view.image,
            sessions: view.sessions.into_iter().map(Session::from).collect(),
        }
    }
}
