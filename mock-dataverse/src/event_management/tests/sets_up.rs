//! Set-up: what is drawn, what is refused, what the linter and the public reads say of it.

use super::{Bench, gala};
use crate::event_management::Generation;
use crate::event_management::{EventChange, NewEvent, NewWebApplication, SetUpError, Visible};

#[test]
fn same_seed_same_ids_and_another_scope_other_ids() {
    let made = |scope: &str| Bench::new(&NewEvent { scope: scope.into(), readable_id: None, ..gala() }).event;
    assert_eq!(made("a"), made("a"));
    assert_ne!(made("a").id, made("b").id);
    let readable = made("a").readable_id;
    let digits = readable.strip_prefix("Gala").unwrap();
    assert!(digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{readable}");
}

#[test]
fn what_cannot_be_set_up() {
    let bench = Bench::new(&gala());
    let create = |event: NewEvent| bench.app().create_event(&event).unwrap_err();
    let taken = create(NewEvent { scope: "b".into(), readable_id: Some("GALA1".into()), ..gala() });
    assert_eq!(taken, SetUpError::TakenReadableId("GALA1".into()));
    for currency in ["usd", "US", "DOLLAR", "U$D"] {
        let bad = create(NewEvent { scope: "b".into(), readable_id: None, currency: Some(currency.into()), ..gala() });
        assert_eq!(bad, SetUpError::BadCurrency(currency.into()));
    }
    let long = create(NewEvent { scope: "b".into(), readable_id: None, name: "x".repeat(101), ..gala() });
    assert!(matches!(long, SetUpError::Store(_)));
    let crowded = create(NewEvent { scope: "b".into(), readable_id: None, capacity: Some(50_001), ..gala() });
    assert!(matches!(crowded, SetUpError::Store(_)));
    assert_eq!(bench.rows("msevtmgt_event").len(), 1);
    let change = EventChange { allocations: [(uuid::Uuid::from_u128(1), 5)].into(), ..EventChange::default() };
    assert!(matches!(bench.app().change_event("Gala1", &change), Err(SetUpError::Unknown { .. })));
    assert!(matches!(bench.app().change_event("Gala2", &EventChange::default()), Err(SetUpError::Unknown { .. })));
}

#[test]
fn a_web_application_is_made_once_per_origin() {
    let bench = Bench::new(&gala());
    let new = |origin: &str| NewWebApplication {
        scope: origin.into(),
        name: "x".into(),
        origin: origin.into(),
        token: None,
        default: false,
    };
    let first = bench.app().web_application_of(&new("https://a.example")).unwrap();
    assert_eq!(bench.app().web_application_of(&new("https://a.example")).unwrap(), first);
    assert_eq!(first.token.len(), 216);
    assert_ne!(bench.app().web_application_of(&new("https://b.example")).unwrap().token, first.token);
}

#[test]
fn only_live_events_are_seen_and_only_published_ones_are_listed() {
    let bench = Bench::new(&gala());
    let create = |readable: &str, live, published| {
        let event = NewEvent { scope: readable.into(), readable_id: Some(readable.into()), live, published, ..gala() };
        bench.app().create_event(&event).unwrap();
    };
    create("Draft1", false, true);
    create("Elsewhere1", true, false);
    create("Another1", true, true);
    let listed: Vec<_> = bench
        .app()
        .published_events(Generation::RealTime, None, None)
        .into_iter()
        .map(|event| event.readable_id)
        .collect();
    assert_eq!(listed, ["Another1", "Gala1"]);
    assert!(bench.app().published_events(Generation::RealTime, Some(uuid::Uuid::from_u128(1)), None).is_empty());
    assert!(matches!(bench.app().event("Elsewhere1"), Visible::Live(_)));
    assert_eq!(bench.app().event("Draft1"), Visible::NotLive);
    assert_eq!(bench.app().event("None1"), Visible::Unknown);
}

#[test]
fn passes_show_what_is_left_and_counts_what_is_registered() {
    let bench = Bench::new(&gala());
    bench.buy(&[0, 0, 1]);
    let Visible::Live(passes) = bench.app().passes("Gala1") else { panic!("the event is live") };
    let seen: Vec<_> = passes
        .iter()
        .map(|pass| (pass.name.as_str(), pass.left, pass.sold, pass.currency_symbol.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(seen, [("Standard", 6, 0, "€"), ("Workshop", 4, 0, "€")]);
    assert_eq!(bench.app().registrations_count("Gala1"), Visible::Live(0));
    bench.set("EAPI-31", "with-reservations");
    assert_eq!(bench.app().registrations_count("Gala1"), Visible::Live(3));
    let hide = EventChange { allocations: [(bench.pass(1), 0)].into(), ..EventChange::default() };
    bench.app().change_event("Gala1", &hide).unwrap();
    let Visible::Live(passes) = bench.app().passes("Gala1") else { panic!("the event is live") };
    assert_eq!(passes.len(), 1);
}

#[test]
fn the_linter_reads_the_rows() {
    let bench = Bench::new(&gala());
    assert_eq!(bench.app().lint(Some("Gala1")), []);
    bench
        .app()
        .change_event("Gala1", &EventChange { live: Some(false), capacity: Some(Some(6)), ..EventChange::default() })
        .unwrap();
    let rules: Vec<_> = bench.app().lint(Some("Gala1")).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["event-not-live", "more-passes-than-places"]);
    let other = bench.app().create_event(&NewEvent { scope: "o".into(), readable_id: None, ..gala() }).unwrap();
    let pair = bench.app().lint_pass("Gala1", other.passes[0]).unwrap();
    assert_eq!(pair[0].rule, "pass-of-another-event");
    assert_eq!(bench.app().lint_pass("Gala1", bench.pass(0)), Some(vec![]));
    assert_eq!(bench.app().lint_pass("Nowhere1", bench.pass(0)), None);
}
