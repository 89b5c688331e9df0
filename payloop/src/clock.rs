//! `payloop clock`: the world's time.

use mock_core::control::dto::Advance as Dto;

use crate::args::Clock;
use crate::exit_code::{Exit, Stop};
use crate::{door, screen};

pub(crate) async fn run(args: &Clock) -> Result<Exit, Stop> {
    match args {
        Clock::Advance { by, door } => {
            let by = Dto { by: by.join(" ") };
            by.span().map_err(Stop::usage)?;
            let moved = door::control(door)?.advance(&by.by).await.map_err(door::stop)?;
            let things = if moved.fired == 1 {
                "1 thing fell due".to_owned()
            } else {
                format!("{} things fell due", moved.fired)
            };
            screen::line(format_args!("The world's time is {:.0}; {things} on the way.", moved.now));
            Ok(Exit::Done)
        }
    }
}
