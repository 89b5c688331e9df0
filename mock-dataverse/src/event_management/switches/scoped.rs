//! How the switches are read for one purchase or event.

use mock_core::World;

use crate::event_management::redirect::Join;
use crate::event_management::reservation::{Late, Opposite, Policy, Repeat};

/// Reads the switches for one thing: its own value counts, else that of the event it belongs to, else the world's.
#[derive(Clone, Copy, Debug)]
pub struct Scoped<'a> {
    world: &'a World,
    purchase: Option<&'a str>,
    event: &'a str,
}

impl<'a> Scoped<'a> {
    /// For an event, by its readable id.
    pub fn event(world: &'a World, readable_event_id: &'a str) -> Self {
        Self { world, purchase: None, event: readable_event_id }
    }

    /// For a purchase (its lower-case GUID) of an event.
    pub fn purchase(world: &'a World, purchase: &'a str, readable_event_id: &'a str) -> Self {
        Self { world, purchase: Some(purchase), event: readable_event_id }
    }

    /// The value in force.
    pub fn value(&self, id: &str) -> &'static str {
        let switches = self.world.switches();
        let everywhere = switches.value(id, "");
        if !switches.any_scoped() {
            return everywhere;
        }
        self.purchase
            .map(|purchase| switches.value(id, purchase))
            .filter(|own| *own != everywhere)
            .unwrap_or_else(|| switches.value(id, self.event))
    }

    /// Whether the switch stands at `value`.
    pub fn is(&self, id: &str, value: &str) -> bool {
        self.value(id) == value
    }

    /// AMB-1, AMB-2 and AMB-5.
    pub fn policy(&self) -> Policy {
        Policy {
            repeat: if self.is("AMB-1", "fault") { Repeat::Fault } else { Repeat::Succeed },
            late: match self.value("AMB-2") {
                "ignored" => Late::Ignore,
                "accepted-if-room" => Late::AcceptIfRoom,
                _ => Late::Fault,
            },
            opposite: if self.is("AMB-5", "last-wins") { Opposite::LastWins } else { Opposite::Refuse },
        }
    }

    /// AMB-3: how many reads by id still find nothing.
    pub fn unreadable_reads(&self) -> u32 {
        match self.value("AMB-3") {
            "after-1-read" => 1,
            "after-2-reads" => 2,
            "after-3-reads" => 3,
            "after-10-reads" => 10,
            _ => 0,
        }
    }

    /// EAPI-18.
    pub fn join(&self) -> Join {
        if self.is("EAPI-18", "lenient") { Join::Lenient } else { Join::Raw }
    }
}

#[cfg(test)]
mod tests {
    use super::super::declare;
    use super::Scoped;
    use crate::event_management::reservation::{Late, Opposite, Policy, Repeat};
    use mock_core::World;

    #[test]
    fn a_purchase_wins_over_its_event_and_the_event_over_the_world() {
        let world = World::builder().seed(1).build();
        declare(&world);
        let both =
            || (Scoped::purchase(&world, "p", "Gala1").value("AMB-1"), Scoped::event(&world, "Gala1").value("AMB-1"));
        assert_eq!(both(), ("success", "success"));
        world.switches().set("AMB-1", Some("p"), "fault").unwrap();
        assert_eq!(both(), ("fault", "success"));
        world.switches().reset();
        world.switches().set("AMB-1", Some("Gala1"), "fault").unwrap();
        assert_eq!(both(), ("fault", "fault"));
    }

    #[test]
    fn every_value_is_read_as_what_it_says() {
        let world = World::builder().seed(1).build();
        declare(&world);
        let scoped = Scoped::event(&world, "e");
        assert_eq!(scoped.policy(), Policy::default());
        let set = |id: &str, value: &str| world.switches().set(id, None, value).unwrap();
        set("AMB-1", "fault");
        set("AMB-2", "ignored");
        set("AMB-5", "last-wins");
        assert_eq!(scoped.policy(), Policy { repeat: Repeat::Fault, late: Late::Ignore, opposite: Opposite::LastWins });
        set("AMB-2", "accepted-if-room");
        assert_eq!(scoped.policy().late, Late::AcceptIfRoom);
        let reads = ["at-once", "after-1-read", "after-2-reads", "after-3-reads", "after-10-reads"].map(|value| {
            set("AMB-3", value);
            scoped.unreadable_reads()
        });
        assert_eq!(reads, [0, 1, 2, 3, 10]);
    }
}
