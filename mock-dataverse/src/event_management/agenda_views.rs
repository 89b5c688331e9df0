//! What the rows of sessions, tracks, speakers, sponsors and questions say, as plain values.

use jiff::Timestamp;
use uuid::Uuid;

use super::views::PlaceView;

/// A session as its visitors may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionView {
    /// Its row.
    pub id: Uuid,
    /// `msevtmgt_name`.
    pub name: String,
    /// The first moment, in the event's own time zone although it is written with a `Z`.
    pub starts_local: Option<Timestamp>,
    /// The last moment, likewise.
    pub ends_local: Option<Timestamp>,
    /// Dataverse's number of the event's time zone.
    pub time_zone: i64,
    /// `msevtmgt_sessionsummary`.
    pub summary: Option<String>,
    /// `msevtmgt_detaileddescription`.
    pub description: Option<String>,
    /// `msevtmgt_sessionobjectives`.
    pub objectives: Option<String>,
    /// `msevtmgt_sessionprerequisites`.
    pub prerequisites: Option<String>,
    /// `msevtmgt_sessiontype`.
    pub kind: Option<i64>,
    /// `msevtmgt_sessionformat`.
    pub format: Option<i64>,
    /// `msevtmgt_language`.
    pub language: Option<i64>,
    /// `msevtmgt_cameraspermitted`.
    pub cameras: Option<i64>,
    /// `msevtmgt_recordingspermitted`.
    pub recordings: Option<i64>,
    /// Places; `None` is without limit.
    pub capacity: Option<u64>,
    /// How many people are registered.
    pub registered: u64,
    /// The building.
    pub building: Option<PlaceView>,
    /// The room.
    pub room: Option<PlaceView>,
    /// Who speaks, in the order of their names; their own sessions are left out. `None` where speakers are not looked up.
    pub speakers: Option<Vec<SpeakerView>>,
}

/// A track as its visitors may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackView {
    /// Its row.
    pub id: Uuid,
    /// `msevtmgt_name`.
    pub name: String,
    /// `msevtmgt_description`.
    pub description: Option<String>,
}

/// A speaker as visitors may see them.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeakerView {
    /// The row.
    pub id: Uuid,
    /// `msevtmgt_name`.
    pub name: String,
    /// `msevtmgt_title`.
    pub title: Option<String>,
    /// `msevtmgt_about`.
    pub about: Option<String>,
    /// `msevtmgt_accomplishments`.
    pub accomplishments: Option<String>,
    /// `msevtmgt_publications`.
    pub publications: Option<String>,
    /// `msevtmgt_blog`.
    pub blog: Option<String>,
    /// `msevtmgt_email`.
    pub email: Option<String>,
    /// `msevtmgt_linkedin`.
    pub linkedin: Option<String>,
    /// `msevtmgt_twitter`.
    pub twitter: Option<String>,
    /// `msevtmgt_website`.
    pub website: Option<String>,
    /// `entityimage`, base64.
    pub image: Option<String>,
    /// The speaker's live sessions of the event, in their order, without their speakers.
    pub sessions: Vec<SessionView>,
}

/// A sponsorship as its visitors may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SponsorshipView {
    /// Its row.
    pub id: Uuid,
    /// `msevtmgt_description`.
    pub description: Option<String>,
    /// The sponsor's account.
    pub sponsor: Option<Uuid>,
    /// The account's name.
    pub sponsor_name: Option<String>,
    /// What is sponsored.
    pub topic: Option<String>,
}

/// A question of the registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomFieldView {
    /// Its row.
    pub id: Uuid,
    /// `msevtmgt_text`.
    pub text: String,
    /// `msevtmgt_type`.
    pub kind: Option<i64>,
    /// `msevtmgt_isrequired`.
    pub required: bool,
    /// The choices, one a line.
    pub choices: Option<String>,
}
