//! What visitors may look up of an event's programme: sessions, tracks, speakers, sponsors, questions, pictures.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::agenda_views::{CustomFieldView, SessionView, SpeakerView, SponsorshipView, TrackView};
use super::app::EventManagement;
use super::offer;
use super::picture::Picture;
use super::reads::{Visible, place};
use super::tables::{
    ACCOUNT, CUSTOM_FIELD, ENGAGEMENT, EVENT, EVENT_FIELD, PASS_SESSION, SESSION, SESSION_REGISTRATION, SPEAKER,
    SPONSORSHIP, TRACK, TRACK_SESSION, registration_status,
};
use super::timezone;
use crate::store::{Data, Row};

impl EventManagement {
    /// The live sessions of an event in the order of their beginning.
    pub fn sessions(&self, readable_id: &str) -> Visible<Vec<SessionView>> {
        self.visible(readable_id, |data, event| {
            let sessions = sessions_of(data, event);
            sessions.into_iter().map(|row| with_speakers(data, event, row)).collect()
        })
    }

    /// One session, by its row. It shows when it is live and its event too.
    pub fn session(&self, id: Uuid) -> Visible<SessionView> {
        self.visible_session(id, with_speakers)
    }

    /// How many people are registered for a session.
    pub fn session_registrations_count(&self, id: Uuid) -> Visible<u64> {
        self.visible_session(id, |data, _, row| registered(data, row.id()))
    }

    /// The tracks of an event in the order of their names.
    pub fn tracks(&self, readable_id: &str) -> Visible<Vec<TrackView>> {
        self.visible(readable_id, |data, event| {
            let tracks = data.find(TRACK, "msevtmgt_eventid", event.id()).filter(|row| is_active(row));
            by_name(tracks.map(|row| &**row).collect())
                .into_iter()
                .map(|row| TrackView {
                    id: row.id(),
                    name: row.name().unwrap_or_default().to_owned(),
                    description: text(row, "msevtmgt_description"),
                })
                .collect()
        })
    }

    /// The live sessions of a track in the order of their beginning; the event's readable id with them.
    pub fn track_sessions(&self, id: Uuid) -> Visible<(String, Vec<SessionView>)> {
        self.store().read(|data| {
            let track = data.get(TRACK, id).filter(|row| is_active(row));
            let event = track.and_then(|row| row.lookup("msevtmgt_eventid")).and_then(|event| data.get(EVENT, event));
            let Some(event) = event else { return Visible::Unknown };
            if !offer::is_live(event) {
                return Visible::NotLive;
            }
            let joins = data.find(TRACK_SESSION, "msevtmgt_sessiontrackid", id);
            let joined: BTreeSet<Uuid> = joins.filter_map(|join| join.lookup("msevtmgt_sessionid")).collect();
            let sessions = sessions_of(data, event).into_iter().filter(|session| joined.contains(&session.id()));
            let views = sessions.map(|row| with_speakers(data, event, row)).collect();
            Visible::Live((text(event, "msevtmgt_readableeventid").unwrap_or_default(), views))
        })
    }

    /// The speakers of an event in the order of their names, with their live sessions.
    pub fn speakers(&self, readable_id: &str) -> Visible<Vec<SpeakerView>> {
        self.visible(readable_id, |data, event| {
            let sessions = sessions_of(data, event);
            let in_session = |session: Uuid| speaker_ids(data, "msevtmgt_session", session);
            let engaged = speaker_ids(data, "msevtmgt_event", event.id())
                .chain(data.find(SPEAKER, "msevtmgt_eventid", event.id()).map(|row| row.id()))
                .chain(sessions.iter().flat_map(|session| in_session(session.id())));
            speakers_among(data, engaged)
                .into_iter()
                .map(|speaker| {
                    let own = sessions.iter().filter(|session| in_session(session.id()).any(|id| id == speaker.id()));
                    let sessions = own.map(|session| session_view(data, event, session, None)).collect();
                    speaker_view(speaker, sessions)
                })
                .collect()
        })
    }

    /// The sponsorships of an event in the order of their names.
    pub fn sponsorships(&self, readable_id: &str) -> Visible<Vec<SponsorshipView>> {
        self.visible(readable_id, |data, event| {
            let rows = data.find(SPONSORSHIP, "msevtmgt_event", event.id()).filter(|row| is_active(row));
            by_name(rows.map(|row| &**row).collect())
                .into_iter()
                .map(|row| {
                    let sponsor = row.lookup("msevtmgt_sponsor");
                    SponsorshipView {
                        id: row.id(),
                        description: text(row, "msevtmgt_description"),
                        sponsor,
                        sponsor_name: sponsor
                            .and_then(|id| data.get(ACCOUNT, id))
                            .and_then(|row| row.name())
                            .map(str::to_owned),
                        topic: text(row, "payloop_sponsorshiptopic"),
                    }
                })
                .collect()
        })
    }

    /// The questions of an event's registration in the order in which they were joined to it.
    pub fn custom_fields(&self, readable_id: &str) -> Visible<Vec<CustomFieldView>> {
        self.visible(readable_id, |data, event| {
            let mut joins: Vec<_> = data.find(EVENT_FIELD, "msevtmgt_eventid", event.id()).collect();
            joins.sort_by_key(|row| row.version());
            let fields = joins
                .into_iter()
                .filter_map(|join| data.get(CUSTOM_FIELD, join.lookup("msevtmgt_customregistrationfieldid")?));
            fields
                .filter(|row| is_active(row))
                .map(|row| CustomFieldView {
                    id: row.id(),
                    text: row.name().unwrap_or_default().to_owned(),
                    kind: number(row, "msevtmgt_type"),
                    required: row.flag("msevtmgt_isrequired"),
                    choices: text(row, "msevtmgt_choices"),
                })
                .collect()
        })
    }

    /// The picture of a speaker; `None` when there is no speaker, or none of them.
    pub fn speaker_picture(&self, id: Uuid) -> Option<Picture> {
        let row = self.store().get(SPEAKER, id).filter(|row| is_active(row))?;
        Picture::from_base64(row.text("entityimage")?)
    }

    /// The logo of a sponsor of a live event; `None` when there is none.
    pub fn sponsor_logo(&self, id: Uuid) -> Visible<Option<Picture>> {
        self.store().read(|data| {
            let Some(row) = data.get(SPONSORSHIP, id).filter(|row| is_active(row)) else { return Visible::Unknown };
            match row.lookup("msevtmgt_event").and_then(|event| data.get(EVENT, event)) {
                None => Visible::Unknown,
                Some(event) if !offer::is_live(event) => Visible::NotLive,
                Some(_) => Visible::Live(row.text("entityimage").and_then(Picture::from_base64)),
            }
        })
    }

    fn visible_session<T>(&self, id: Uuid, look: impl FnOnce(&Data, &Row, &Row) -> T) -> Visible<T> {
        self.store().read(|data| {
            let session = data.get(SESSION, id).filter(|row| is_active(row));
            let event = session.and_then(|row| row.lookup("msevtmgt_event")).and_then(|event| data.get(EVENT, event));
            match (session, event) {
                (Some(session), Some(event)) if offer::is_live(session) && offer::is_live(event) => {
                    Visible::Live(look(data, event, session))
                }
                (Some(_), Some(_)) => Visible::NotLive,
                _ => Visible::Unknown,
            }
        })
    }
}

/// The live sessions that the holders of a pass may register for, without their speakers.
pub(super) fn sessions_of_pass(data: &Data, event: &Row, pass: Uuid) -> Vec<SessionView> {
    let admitted: BTreeSet<Uuid> =
        data.find(PASS_SESSION, "msevtmgt_passid", pass).filter_map(|join| join.lookup("msevtmgt_sessionid")).collect();
    let sessions = sessions_of(data, event).into_iter().filter(|session| admitted.contains(&session.id()));
    sessions.map(|session| session_view(data, event, session, None)).collect()
}

/// People registered for a session: not cancelled, not waiting.
fn registered(data: &Data, session: Uuid) -> u64 {
    let waits = |row: &Row| {
        let status = row.choice("statuscode");
        status == Some(registration_status::WAITLISTED.0) || status == Some(registration_status::ON_HOLD.0)
    };
    let rows = data.find(SESSION_REGISTRATION, "msevtmgt_sessionid", session);
    let count = rows.filter(|row| is_active(row) && !row.flag("msevtmgt_iscanceled") && !waits(row)).count();
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn is_active(row: &Row) -> bool {
    row.choice("statecode") == Some(0)
}

fn text(row: &Row, column: &str) -> Option<String> {
    row.text(column).map(str::to_owned)
}

fn number(row: &Row, column: &str) -> Option<i64> {
    row.choice(column).map(i64::from)
}

fn by_name(mut rows: Vec<&Row>) -> Vec<&Row> {
    rows.sort_by(|a, b| (a.name(), a.id()).cmp(&(b.name(), b.id())));
    rows
}

fn sessions_of<'a>(data: &'a Data, event: &Row) -> Vec<&'a Row> {
    let rows = data.find(SESSION, "msevtmgt_event", event.id());
    let mut live: Vec<&Row> = rows.map(|row| &**row).filter(|row| is_active(row) && offer::is_live(row)).collect();
    live.sort_by_key(|row| (row.time("msevtmgt_starttime"), row.name().map(str::to_owned), row.id()));
    live
}

fn speaker_ids<'a>(data: &'a Data, column: &str, of: Uuid) -> impl Iterator<Item = Uuid> + 'a {
    data.find(ENGAGEMENT, column, of).filter(|row| is_active(row)).filter_map(|row| row.lookup("msevtmgt_speaker"))
}

/// Each speaker once, by name.
fn speakers_among(data: &Data, ids: impl Iterator<Item = Uuid>) -> Vec<&Row> {
    let unique: BTreeSet<Uuid> = ids.collect();
    by_name(
        unique
            .into_iter()
            .filter_map(|id| data.get(SPEAKER, id))
            .map(|row| &**row)
            .filter(|row| is_active(row))
            .collect(),
    )
}

fn with_speakers(data: &Data, event: &Row, session: &Row) -> SessionView {
    let speakers = speakers_among(data, speaker_ids(data, "msevtmgt_session", session.id()));
    let speakers = speakers.into_iter().map(|row| speaker_view(row, Vec::new())).collect();
    session_view(data, event, session, Some(speakers))
}

fn session_view(data: &Data, event: &Row, row: &Row, speakers: Option<Vec<SpeakerView>>) -> SessionView {
    SessionView {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        starts_local: row.time("msevtmgt_starttime"),
        ends_local: row.time("msevtmgt_endtime"),
        time_zone: event.int("msevtmgt_eventtimezone").map_or(timezone::UTC, i64::from),
        summary: text(row, "msevtmgt_sessionsummary"),
        description: text(row, "msevtmgt_detaileddescription"),
        objectives: text(row, "msevtmgt_sessionobjectives"),
        prerequisites: text(row, "msevtmgt_sessionprerequisites"),
        kind: number(row, "msevtmgt_sessiontype"),
        format: number(row, "msevtmgt_sessionformat"),
        language: number(row, "msevtmgt_language"),
        cameras: number(row, "msevtmgt_cameraspermitted"),
        recordings: number(row, "msevtmgt_recordingspermitted"),
        capacity: row.int("msevtmgt_sessionmaxcapacity").and_then(|seats| u64::try_from(seats).ok()),
        registered: registered(data, row.id()),
        building: place(data, "msevtmgt_building", row.lookup("msevtmgt_building")),
        room: place(data, "msevtmgt_room", row.lookup("msevtmgt_room")),
        speakers,
    }
}

fn speaker_view(row: &Row, sessions: Vec<SessionView>) -> SpeakerView {
    SpeakerView {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        title: text(row, "msevtmgt_title"),
        about: text(row, "msevtmgt_about"),
        accomplishments: text(row, "msevtmgt_accomplishments"),
        publications: text(row, "msevtmgt_publications"),
        blog: text(row, "msevtmgt_blog"),
        email: text(row, "msevtmgt_email"),
        linkedin: text(row, "msevtmgt_linkedin"),
        twitter: text(row, "msevtmgt_twitter"),
        website: text(row, "msevtmgt_website"),
        image: text(row, "entityimage"),
        sessions,
    }
}
