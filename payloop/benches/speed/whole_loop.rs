//! Whole loops: a registration, paid for and confirmed, against the fakes and against bare axum handlers that do the same exchanges in the
//! same process and run. The service in the middle is the same.

use crate::bare::Bare;
use crate::measure::{self, Amount, Subject};
use crate::walk::{Middle, roomy, walk};
use mock_core::control::Control;
use mock_platform::{Endpoints, Platform};
use serde_json::json;

pub(crate) async fn run() {
    let (middle, bare_middle) = (Middle::start().await, Middle::start().await);
    let platform = Platform::builder().scenario(roomy()).service(middle.urls()).start().await.expect("a platform");
    middle.knows(platform.endpoints().clone());
    // One delivery a loop, as one loop needs; by default the endpoint hears of everything.
    Control::new(platform.control())
        .put("/v1/stripe/endpoint", &json!({"enabled_events": ["checkout.session.completed"]}))
        .await
        .expect("the endpoint is set");
    platform.world().journal().clear();
    walk(platform.endpoints()).await;
    let exchanges = platform.world().journal().summary().held + 1;

    let bare = Bare::after(platform.world(), &[(middle.authority(), bare_middle.authority())]).await;
    let text = serde_json::to_string(platform.endpoints()).expect("endpoints are data");
    let endpoints: Endpoints = serde_json::from_str(&bare.instead(&text)).expect("endpoints are data");
    bare_middle.knows(endpoints.clone());

    let fakes = |guard: bool, name: &'static str| {
        let (world, endpoints) = (platform.world().clone(), platform.endpoints().clone());
        Subject {
            name,
            prepare: Box::new(move || world.set_guard(guard)),
            call: Box::new(move || {
                let endpoints = endpoints.clone();
                Box::pin(async move { walk(&endpoints).await })
            }),
        }
    };
    let subjects = [
        Subject {
            name: "bare handlers",
            prepare: Box::new(|| {}),
            call: Box::new(move || {
                let endpoints = endpoints.clone();
                Box::pin(async move { walk(&endpoints).await })
            }),
        },
        fakes(false, "fakes, journal on"),
        fakes(true, "fakes, journal and guard on"),
    ];
    let amount = measure::amount(Amount { turns: 10, alone: 40, together: 160 });
    let figures = measure::measure(&subjects, amount).await;
    measure::print(&format!("loop: {exchanges} exchanges from registration to return"), &figures);
    measure::print_guard(&figures[0], &figures[1], &figures[2]);
}
