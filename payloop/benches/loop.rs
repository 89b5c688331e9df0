//! Whole loops: a registration, paid for and confirmed, against the fakes and against bare axum handlers that do the same exchanges in the
//! same process and run. The service in the middle is the same.

#![expect(clippy::expect_used, reason = "a bench stops when its set-up fails")]

mod support;

use mock_core::control::Control;
use mock_platform::{Endpoints, Platform};
use serde_json::json;
use support::bare::Bare;
use support::walk::{Middle, roomy, walk};
use support::{Amount, Subject};

fn main() {
    support::runtime().block_on(run());
}

async fn run() {
    let (middle, bare_middle) = (Middle::start().await, Middle::start().await);
    let platform = Platform::builder().scenario(roomy()).service(middle.urls()).start().await.expect("a platform");
    middle.knows(platform.endpoints().clone());
    // One delivery a loop, as one loop needs; by default the endpoint hears of everything.
    Control::new(platform.control())
        .post::<serde_json::Value>("/v1/stripe/endpoint", &json!({"enabled_events": ["checkout.session.completed"]}))
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
    let amount = support::amount(Amount { turns: 10, alone: 40, together: 160 });
    let figures = support::measure(&subjects, amount).await;
    support::print(&format!("loop: {exchanges} exchanges from registration to return"), &figures);
    support::print_guard(&figures[0], &figures[1], &figures[2]);
}
