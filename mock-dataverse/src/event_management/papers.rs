//! What an attendee gets when a purchase is completed: ids and numbers, drawn before anything is written.

use mock_core::World;
use uuid::Uuid;

use super::ledger::Seat;
use super::rows::id_text;
use super::tables::{ATTENDEE_PASS, REGISTRATION};
use crate::store::Value;

/// The ids and texts of one seat's new rows.
#[derive(Clone, Debug)]
pub(super) struct Papers {
    /// The registration's id.
    pub(super) registration: Uuid,
    /// Its number.
    pub(super) number: Value,
    /// The text of its QR code.
    pub(super) code: Value,
    /// The attendee pass: its id, the pass it is for, its number.
    pub(super) pass: Option<(Uuid, Uuid, Value)>,
}

/// Draws the papers of all seats of a purchase. It is done once for each purchase, so that the same ones are drawn in every run.
pub(super) fn draw(world: &World, scope: &str, seats: &[Seat]) -> Vec<Papers> {
    let ids = world.ids();
    let drawn = seats.iter().map(|seat| {
        let registration = ids.uuid(REGISTRATION, scope);
        Papers {
            registration,
            number: ids.digits("registration number", scope, 10).into(),
            code: id_text(registration),
            pass: seat
                .attendee
                .pass
                .map(|pass| (ids.uuid(ATTENDEE_PASS, scope), pass, ids.base62("pass number", scope, 12).into())),
        }
    });
    drawn.collect()
}
