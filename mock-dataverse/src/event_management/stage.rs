//! Writes what an organizer states of an event beside its seats into rows: places, sessions, tracks, speakers, sponsors, questions.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use mock_core::World;
use uuid::Uuid;

use super::picture::Picture;
use super::programme::{
    EventDetails, NewBuilding, NewCustomField, NewRoom, NewSession, NewSpeaker, NewSponsorship, Programme,
};
use super::setup_request::SetUpError;
use super::tables::{
    ACCOUNT, BUILDING, CUSTOM_FIELD, DRAFT, ENGAGEMENT, EVENT_FIELD, LIVE, NO, PASS_SESSION, ROOM, SESSION, SPEAKER,
    SPONSORSHIP, TRACK, TRACK_SESSION, YES,
};
use super::timezone;
use crate::store::{Fields, Tx};

/// What was written, in the orders given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staged {
    /// Sessions.
    pub sessions: Vec<Uuid>,
    /// Tracks.
    pub tracks: Vec<Uuid>,
    /// Speakers.
    pub speakers: Vec<Uuid>,
    /// Sponsorships.
    pub sponsorships: Vec<Uuid>,
    /// Custom registration fields.
    pub custom_fields: Vec<Uuid>,
}

/// An event that is being set up.
pub(super) struct Stage<'a> {
    pub(super) world: &'a World,
    pub(super) scope: &'a str,
    pub(super) event: Uuid,
    pub(super) starts: Timestamp,
}

/// The columns of an event's details.
pub(super) fn put_details(fields: &mut Fields, details: &EventDetails) -> Result<(), SetUpError> {
    let zone = match &details.time_zone {
        None => timezone::UTC,
        Some(name) => {
            timezone::code(name).ok_or_else(|| SetUpError::Unknown { what: "time zone", name: name.clone() })?
        }
    };
    fields.put("msevtmgt_eventtimezone", i32::try_from(zone).unwrap_or_default());
    fields.put("msevtmgt_publiceventurl", details.public_url.as_deref());
    fields.put("msevtmgt_eventtype", details.kind.map(super::programme::EventKind::number));
    fields.put("msevtmgt_eventformat", details.format.map(super::programme::Format::number));
    fields.put("msevtmgt_language", details.language);
    fields.put("msevtmgt_enablecaptcha", details.captcha);
    fields.put("msevtmgt_sourcesystem", details.generation.source_system());
    match &details.image {
        Some(address) if address.starts_with("http") => fields.put("payloop_imageurl", address.as_str()),
        image => fields.put("entityimage", picture(image.as_deref(), "the event")?),
    }
    Ok(())
}

/// The row of a session that is known by its name.
fn session_named(name: &str, programme: &Programme, staged: &Staged) -> Result<Uuid, SetUpError> {
    let position = programme.sessions.iter().position(|session| session.name == name);
    position
        .and_then(|position| staged.sessions.get(position))
        .copied()
        .ok_or_else(|| SetUpError::Unknown { what: "session of this event:", name: name.to_owned() })
}

impl Stage<'_> {
    /// Writes places, sessions with their speakers, tracks, sponsors and questions. The event's row comes later: what it and the passes need
    /// of these is answered.
    pub(super) fn places(&self, tx: &mut Tx<'_>, programme: &Programme, fields: &mut Fields) -> Result<(), SetUpError> {
        let building = self.building(tx, programme.building.as_ref())?;
        fields.put("msevtmgt_building", building);
        fields.put("msevtmgt_room", self.room(tx, programme.room.as_ref(), building)?);
        Ok(())
    }

    /// Writes everything that points at the event, which has to be there.
    pub(super) fn fill(&self, tx: &mut Tx<'_>, programme: &Programme) -> Result<Staged, SetUpError> {
        let mut staged = Staged::default();
        let mut known = BTreeMap::new();
        for speaker in &programme.speakers {
            let id = self.speaker(tx, speaker)?;
            known.insert(speaker.name.as_str(), id);
            staged.speakers.push(id);
        }
        for session in &programme.sessions {
            let id = self.session(tx, session)?;
            for name in &session.speakers {
                let speaker = *known
                    .get(name.as_str())
                    .ok_or_else(|| SetUpError::Unknown { what: "speaker of this event:", name: name.clone() })?;
                self.engage(tx, name, speaker, Some(id))?;
            }
            staged.sessions.push(id);
        }
        for track in &programme.tracks {
            let id = self.id("track", track.id);
            let fields = Fields::new()
                .set("msevtmgt_name", track.name.as_str())
                .set("msevtmgt_description", track.description.as_deref())
                .set("msevtmgt_eventid", self.event);
            tx.create(TRACK, id, fields)?;
            for name in &track.sessions {
                let session = session_named(name, programme, &staged)?;
                let fields = Fields::new().set("msevtmgt_sessiontrackid", id).set("msevtmgt_sessionid", session);
                tx.create(TRACK_SESSION, self.id("track session", None), fields)?;
            }
            staged.tracks.push(id);
        }
        for sponsorship in &programme.sponsorships {
            staged.sponsorships.push(self.sponsorship(tx, sponsorship)?);
        }
        for field in &programme.custom_fields {
            staged.custom_fields.push(self.custom_field(tx, field)?);
        }
        Ok(staged)
    }

    /// Lets the holders of a pass attend sessions, which are named.
    pub(super) fn admit(
        &self,
        tx: &mut Tx<'_>,
        pass: Uuid,
        names: &[String],
        programme: &Programme,
        staged: &Staged,
    ) -> Result<(), SetUpError> {
        for name in names {
            let session = session_named(name, programme, staged)?;
            let fields = Fields::new().set("msevtmgt_passid", pass).set("msevtmgt_sessionid", session);
            tx.create(PASS_SESSION, self.id("pass session", None), fields)?;
        }
        Ok(())
    }

    fn id(&self, what: &'static str, given: Option<Uuid>) -> Uuid {
        given.unwrap_or_else(|| self.world.ids().uuid(what, self.scope))
    }

    fn building(&self, tx: &mut Tx<'_>, new: Option<&NewBuilding>) -> Result<Option<Uuid>, SetUpError> {
        let Some(new) = new else { return Ok(None) };
        let fields = Fields::new()
            .set("msevtmgt_name", new.name.as_str())
            .set("msevtmgt_description", new.description.as_deref())
            .set("msevtmgt_addressline1", new.address_line1.as_deref())
            .set("msevtmgt_addressline2", new.address_line2.as_deref())
            .set("msevtmgt_addressline3", new.address_line3.as_deref())
            .set("msevtmgt_city", new.city.as_deref())
            .set("msevtmgt_stateprovince", new.state_province.as_deref())
            .set("msevtmgt_postalcode", new.postal_code.as_deref())
            .set("msevtmgt_country", new.country.as_deref())
            .set("msevtmgt_telephone1", new.telephone1.as_deref())
            .set("msevtmgt_telephone2", new.telephone2.as_deref())
            .set("msevtmgt_telephone3", new.telephone3.as_deref())
            .set("msevtmgt_email", new.email.as_deref())
            .set("msevtmgt_website", new.website.as_deref())
            .set("msevtmgt_accessibletoilets", answer(new.accessible_toilets))
            .set("msevtmgt_disabledaccess", answer(new.disabled_access))
            .set("msevtmgt_disabledparking", answer(new.disabled_parking))
            .set("msevtmgt_publictelephoneavailable", answer(new.public_telephone))
            .set("msevtmgt_wifiavailable", answer(new.wifi))
            .set("msevtmgt_wifissid", new.wifi_ssid.as_deref())
            .set("msevtmgt_wifipassword", new.wifi_password.as_deref())
            .set("msevtmgt_additionalfacilities", new.additional_facilities.as_deref());
        Ok(Some(tx.create(BUILDING, self.id("building", None), fields)?.id()))
    }

    fn room(&self, tx: &mut Tx<'_>, new: Option<&NewRoom>, building: Option<Uuid>) -> Result<Option<Uuid>, SetUpError> {
        let Some(new) = new else { return Ok(None) };
        let fields = Fields::new()
            .set("msevtmgt_name", new.name.as_str())
            .set("msevtmgt_description", new.description.as_deref())
            .set("msevtmgt_disabledaccess", answer(new.disabled_access))
            .set("msevtmgt_building", building);
        Ok(Some(tx.create(ROOM, self.id("room", None), fields)?.id()))
    }

    fn session(&self, tx: &mut Tx<'_>, new: &NewSession) -> Result<Uuid, SetUpError> {
        let building = self.building(tx, new.building.as_ref())?;
        let room = self.room(tx, new.room.as_ref(), building)?;
        let starts = new.starts.unwrap_or(self.starts);
        let ends = new.ends.unwrap_or_else(|| starts.saturating_add(SignedDuration::from_hours(1)).unwrap_or(starts));
        let fields = Fields::new()
            .set("msevtmgt_name", new.name.as_str())
            .set("msevtmgt_event", self.event)
            .set("msevtmgt_publishstatus", if new.live { LIVE } else { DRAFT })
            .set("msevtmgt_starttime", starts)
            .set("msevtmgt_endtime", ends)
            .set("msevtmgt_sessionmaxcapacity", new.capacity.map(|seats| i32::try_from(seats).unwrap_or(i32::MAX)))
            .set("msevtmgt_registrationcount", 0)
            .set("msevtmgt_sessionsummary", new.summary.as_deref())
            .set("msevtmgt_detaileddescription", new.description.as_deref())
            .set("msevtmgt_sessionobjectives", new.objectives.as_deref())
            .set("msevtmgt_sessionprerequisites", new.prerequisites.as_deref())
            .set("msevtmgt_sessiontype", new.kind.map(super::programme::SessionKind::number))
            .set("msevtmgt_sessionformat", new.format.map(super::programme::Format::number))
            .set("msevtmgt_language", new.language)
            .set("msevtmgt_cameraspermitted", answer(new.cameras))
            .set("msevtmgt_recordingspermitted", answer(new.recordings))
            .set("msevtmgt_building", building)
            .set("msevtmgt_room", room);
        Ok(tx.create(SESSION, self.id("session", new.id), fields)?.id())
    }

    fn speaker(&self, tx: &mut Tx<'_>, new: &NewSpeaker) -> Result<Uuid, SetUpError> {
        let fields = Fields::new()
            .set("msevtmgt_name", new.name.as_str())
            .set("msevtmgt_title", new.title.as_deref())
            .set("msevtmgt_about", new.about.as_deref())
            .set("msevtmgt_accomplishments", new.accomplishments.as_deref())
            .set("msevtmgt_publications", new.publications.as_deref())
            .set("msevtmgt_blog", new.blog.as_deref())
            .set("msevtmgt_email", new.email.as_deref())
            .set("msevtmgt_linkedin", new.linkedin.as_deref())
            .set("msevtmgt_twitter", new.twitter.as_deref())
            .set("msevtmgt_website", new.website.as_deref())
            .set("entityimage", picture(new.image.as_deref(), &new.name)?);
        let speaker = tx.create(SPEAKER, self.id("speaker", new.id), fields)?.id();
        self.engage(tx, &new.name, speaker, None)?;
        Ok(speaker)
    }

    fn engage(&self, tx: &mut Tx<'_>, name: &str, speaker: Uuid, session: Option<Uuid>) -> Result<(), SetUpError> {
        let fields = Fields::new()
            .set("msevtmgt_name", name)
            .set("msevtmgt_event", self.event)
            .set("msevtmgt_session", session)
            .set("msevtmgt_speaker", speaker);
        tx.create(ENGAGEMENT, self.id("speaker engagement", None), fields)?;
        Ok(())
    }

    fn sponsorship(&self, tx: &mut Tx<'_>, new: &NewSponsorship) -> Result<Uuid, SetUpError> {
        let account = self.id("account", None);
        tx.create(ACCOUNT, account, Fields::new().set("name", new.sponsor.as_str()))?;
        let fields = Fields::new()
            .set("msevtmgt_name", new.sponsor.as_str())
            .set("msevtmgt_description", new.description.as_deref())
            .set("payloop_sponsorshiptopic", new.topic.as_deref())
            .set("msevtmgt_sponsor", account)
            .set("msevtmgt_event", self.event)
            .set("entityimage", picture(new.logo.as_deref(), &new.sponsor)?);
        Ok(tx.create(SPONSORSHIP, self.id("sponsorship", new.id), fields)?.id())
    }

    fn custom_field(&self, tx: &mut Tx<'_>, new: &NewCustomField) -> Result<Uuid, SetUpError> {
        let choices = (!new.choices.is_empty()).then(|| new.choices.join("\n"));
        let fields = Fields::new()
            .set("msevtmgt_text", new.text.as_str())
            .set("msevtmgt_type", new.kind.number())
            .set("msevtmgt_isrequired", new.required)
            .set("msevtmgt_choices", choices);
        let field = tx.create(CUSTOM_FIELD, self.id("custom registration field", new.id), fields)?.id();
        let fields = Fields::new().set("msevtmgt_customregistrationfieldid", field).set("msevtmgt_eventid", self.event);
        tx.create(EVENT_FIELD, self.id("custom registration field of an event", None), fields)?;
        Ok(field)
    }
}

/// The choice that the app's tables use where others have a yes-or-no column.
fn answer(yes: Option<bool>) -> Option<i32> {
    yes.map(|yes| if yes { YES } else { NO })
}

/// The text of an image column, once it is sure that it holds a picture.
fn picture<'a>(text: Option<&'a str>, of: &str) -> Result<Option<&'a str>, SetUpError> {
    match text {
        Some(text) if Picture::from_base64(text).is_none() => Err(SetUpError::BadImage(of.to_owned())),
        text => Ok(text),
    }
}
