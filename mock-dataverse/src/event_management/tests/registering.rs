//! Registrations: what they leave behind, and what refuses them.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::{Bench, COMPLETED, gala, person};
use crate::event_management::request::Answer;
use crate::event_management::{EventChange, NewEvent, NewPass, PurchaseChange, Registered, RegistrationRefusal};

/// The refusal of a registration of these attendees, in words; nothing may have changed.
#[track_caller]
fn refused(bench: &Bench, attendees: Vec<crate::event_management::request::Attendee>, expect: &str) {
    let before = (bench.seats(), bench.versions());
    let refusal = bench.register(attendees).unwrap_err().to_string();
    assert_eq!(refusal, expect);
    assert!((bench.seats(), bench.versions()) == before, "a refusal changed something");
}

#[test]
fn a_purchase_has_its_rows_at_once() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0, 0, 1]);
    assert_eq!(bench.seats(), [(3, 0), (2, 0), (1, 0)]);
    let row = bench.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
    let money = |column: &str| row.money(column).map(|amount| amount.normalize().to_string());
    assert_eq!(money("msevtmgt_totalprice").as_deref(), Some("219"));
    assert_eq!(money("msevtmgt_totalprice_base").as_deref(), Some("243.3333"));
    assert!(
        !row.flag("msevtmgt_paid") && !row.flag("msevtmgt_processed") && row.get("msevtmgt_paymentstatus").is_null()
    );
    assert_eq!(row.time("payloop_expireson").unwrap().to_string(), "2026-11-01T10:30:00Z");
    assert!(row.lookup("msevtmgt_purchasingcontactid").is_none());
    let attendees = bench.rows("msevtmgt_eventpurchaseattendee");
    assert_eq!(attendees.iter().filter(|row| row.lookup("msevtmgt_purchaseid") == Some(purchase)).count(), 3);
    assert_eq!(bench.rows("msevtmgt_eventpurchasepass").len(), 3);
    assert_eq!(bench.rows("msevtmgt_eventpurchasecontact").len(), 3);
    assert_eq!(bench.rows("msevtmgt_eventregistration").len() + bench.rows("contact").len(), 0);
    let pass = bench.dataverse.store().get("msevtmgt_pass", bench.pass(0)).unwrap();
    assert_eq!((pass.int("msevtmgt_noofpassessold"), pass.int("msevtmgt_noofpassesleft")), (Some(0), Some(6)));
}

#[test]
fn a_free_registration_is_done_at_once() {
    let bench = Bench::new(&NewEvent { gateway: false, ..gala() });
    let mut people = vec![person(1, None), person(2, Some(bench.pass(0)))];
    people[1].responses = vec![
        Answer { field: "jobtitle".into(), value: "Engineer".into() },
        Answer { field: "diet".into(), value: "vegan".into() },
    ];
    let Registered::Free { registrations } = bench.register(people).unwrap() else { panic!("no gateway, no payment") };
    assert_eq!(bench.seats(), [(0, 2), (0, 1), (0, 0)]);
    let rows = bench.rows("msevtmgt_eventregistration");
    assert!(
        rows.iter()
            .all(|row| row.text("msevtmgt_registrationstatus") == Some("Registered")
                && registrations.contains(&row.id()))
    );
    assert_eq!(bench.rows("msevtmgt_attendeepass").len(), 1);
    assert_eq!(bench.rows("msevtmgt_eventregistrationticket").len(), 1);
    assert_eq!(bench.rows("msevtmgt_eventpurchase").len(), 0);
    let engineer = bench.rows("contact").into_iter().find(|row| row.text("jobtitle") == Some("Engineer")).unwrap();
    assert_eq!(engineer.text("emailaddress1"), Some("ada2@example.test"));
    let responses = bench.rows("msevtmgt_registrationresponse");
    assert_eq!(responses.iter().map(|row| row.text("msevtmgt_response")).collect::<Vec<_>>(), [Some("vegan")]);
    let event = bench.dataverse.store().get("msevtmgt_event", bench.event.id).unwrap();
    assert_eq!(event.int("msevtmgt_registrationcount"), Some(2));
}

#[test]
fn places_are_taken_all_or_nothing() {
    let bench = Bench::new(&gala());
    bench.buy(&[0, 0, 0, 0, 0, 1, 1]);
    let (standard, workshop) = (bench.pass(0), bench.pass(1));
    let four = |pass| (0..4).map(|n| person(n, Some(pass))).collect::<Vec<_>>();
    refused(&bench, four(workshop), "The capacity of the event is reached: the event has 3 of the 4 places asked for.");
    let change = EventChange { capacity: Some(None), ..EventChange::default() };
    bench.app().change_event("Gala1", &change).unwrap();
    refused(
        &bench,
        four(workshop),
        &format!("The capacity of the event is reached: pass {workshop} has 3 of the 4 passes asked for."),
    );
    refused(
        &bench,
        four(standard),
        &format!("The capacity of the event is reached: pass {standard} has 3 of the 4 passes asked for."),
    );
    bench.buy(&[0, 0, 0, 1, 1, 1]);
    assert_eq!(bench.seats(), [(13, 0), (8, 0), (5, 0)]);
}

#[test]
fn what_refuses_a_registration() {
    let bench = Bench::new(&gala());
    let other = bench.app().create_event(&NewEvent { scope: "other".into(), readable_id: None, ..gala() }).unwrap();
    let hide = EventChange { allocations: [(bench.pass(1), 0)].into(), ..EventChange::default() };
    bench.app().change_event("Gala1", &hide).unwrap();
    let standard = bench.pass(0);
    refused(&bench, vec![], "attendees must hold at least one attendee.");
    refused(
        &bench,
        vec![person(1, Some(standard)), person(2, None)],
        "attendees[1]: passId is required for this event.",
    );
    for pass in [Uuid::from_u128(5), other.passes[0], bench.pass(1)] {
        let people = vec![person(1, Some(standard)), person(2, Some(pass))];
        refused(&bench, people, &format!("attendees[1]: pass {pass} cannot be used for this event."));
    }
    let mut nobody = person(1, Some(standard));
    nobody.first_name = String::new();
    refused(&bench, vec![nobody], "attendees[0]: firstName is required.");
    for (field, length, expect) in [
        ("jobtitle", 101, "attendees[0]: the response jobtitle must not be longer than 100 characters."),
        ("diet", 4_001, "attendees[0]: the response diet must not be longer than 4000 characters."),
    ] {
        let mut talker = person(1, Some(standard));
        talker.responses = vec![Answer { field: field.into(), value: "ä".repeat(length) }];
        refused(&bench, vec![talker], expect);
    }
    let mut talker = person(1, Some(standard));
    talker.responses = vec![Answer { field: "x".repeat(201), value: String::new() }];
    refused(&bench, vec![talker], "attendees[0]: the id of a response must not be longer than 200 characters.");
    bench.app().change_event("Gala1", &EventChange { live: Some(false), ..EventChange::default() }).unwrap();
    refused(&bench, vec![person(1, Some(standard))], "The event is not live.");
    let closed =
        EventChange { live: Some(true), closes: Some(Some(bench.world.clock().now())), ..EventChange::default() };
    bench.app().change_event("Gala1", &closed).unwrap();
    refused(&bench, vec![person(1, Some(standard))], "The registration for this event is closed.");
    let nowhere = Bench { event: super::CreatedEvent { readable_id: "gala1".into(), ..bench.event.clone() }, ..bench };
    assert_eq!(nowhere.register(vec![person(1, None)]), Err(RegistrationRefusal::UnknownEvent));
    nowhere.set("EAPI-39", "insensitive");
    assert!(!matches!(nowhere.register(vec![person(1, None)]), Err(RegistrationRefusal::UnknownEvent)));
}

#[test]
fn a_gateway_without_a_provider_and_a_switched_off_feature() {
    let bench = Bench::new(&gala());
    let provider = bench.rows("msevtmgt_paymentprovider")[0].id();
    bench
        .dataverse
        .store()
        .write(bench.world.clock().now(), |tx| tx.delete("msevtmgt_paymentprovider", provider))
        .unwrap();
    let people = || vec![person(1, Some(bench.pass(0)))];
    refused(&bench, people(), "The event has a payment gateway but no payment provider.");
    bench.app().enable_payments(false);
    assert!(matches!(bench.register(people()), Ok(Registered::Free { .. })));
}

#[test]
fn a_total_of_zero_is_free_unless_the_switch_says_otherwise() {
    let mut event = gala();
    event.passes[0].price = "0.00".parse().ok();
    let bench = Bench::new(&event);
    let people = || vec![person(1, Some(bench.pass(0)))];
    assert!(matches!(bench.register(people()), Ok(Registered::Free { .. })));
    bench.set("EAPI-14", "redirect");
    assert!(matches!(bench.register(people()), Ok(Registered::Paid { .. })));
}

#[test]
fn a_pass_may_be_left_out_where_the_switch_allows_it() {
    let bench = Bench::new(&gala());
    bench.set("EAPI-11", "free");
    assert!(matches!(bench.register(vec![person(1, None)]), Ok(Registered::Free { .. })));
    let Ok(Registered::Paid { purchase, .. }) = bench.register(vec![person(1, None), person(2, Some(bench.pass(0)))])
    else {
        panic!("one of the two has to pay")
    };
    assert_eq!(bench.app().purchase(purchase).unwrap().price, "49.50".parse().ok());
}

#[test]
fn the_currency_of_a_purchase() {
    #[track_caller]
    fn check(event: Option<&str>, pass: Option<&str>, switch: &str, expect: Option<&str>) {
        let mut new = gala();
        new.currency = event.map(str::to_owned);
        new.passes.iter_mut().for_each(|new| new.currency = pass.map(str::to_owned));
        let bench = Bench::new(&new);
        bench.set("EAPI-29", switch);
        let purchase = bench.buy(&[0]);
        assert_eq!(bench.app().purchase(purchase).unwrap().currency.as_deref(), expect);
    }
    check(Some("EUR"), None, "event", Some("EUR"));
    check(Some("EUR"), Some("JPY"), "event", Some("EUR"));
    check(None, Some("JPY"), "event", Some("JPY"));
    check(None, None, "event", Some("USD"));
    check(Some("EUR"), None, "missing", None);
    check(Some("XTS"), None, "event", Some("XTS"));
}

#[test]
fn mixed_currencies_cannot_be_bought_together() {
    let mut event = gala();
    event.passes[0].currency = Some("EUR".into());
    event.passes[1].currency = Some("USD".into());
    let bench = Bench::new(&event);
    let (a, b) = (bench.pass(0), bench.pass(1));
    let expect = format!("The price cannot be told: the passes {a} and {b} are priced in different currencies.");
    refused(&bench, vec![person(1, Some(a)), person(2, Some(b))], &expect);
    bench.buy(&[0]);
}

#[test]
fn a_price_and_a_currency_can_be_made_missing() {
    let bench = Bench::new(&gala());
    let purchase = bench.buy(&[0]);
    bench.app().change_purchase(purchase, &PurchaseChange { price: Some(None), currency: Some(None) }).unwrap();
    let view = bench.app().purchase(purchase).unwrap();
    assert_eq!((view.price, view.currency, view.history.len()), (None, None, 2));
    let back = PurchaseChange { price: Some("10".parse().ok()), currency: Some(Some("JPY".into())) };
    bench.app().change_purchase(purchase, &back).unwrap();
    let view = bench.app().purchase(purchase).unwrap();
    assert_eq!((view.price.map(|price| price.to_string()), view.currency.as_deref()), (Some("10".into()), Some("JPY")));
    assert!(bench.app().change_purchase(Uuid::from_u128(1), &back).is_err());
}

#[test]
fn the_same_address_twice() {
    let bench = Bench::new(&gala());
    let pass = bench.pass(0);
    let same = || vec![person(1, Some(pass)), person(1, Some(pass))];
    let Ok(Registered::Paid { purchase, .. }) = bench.register(same()) else { panic!("the same address is accepted") };
    bench.set("EAPI-16", "reject");
    let expect = "ada1@example.test is already registered for this event.";
    refused(&bench, vec![person(1, Some(pass))], expect);
    bench.app().finalize(purchase, COMPLETED).unwrap();
    refused(&bench, vec![person(1, Some(pass))], expect);
    let two = || vec![person(2, Some(pass)), person(2, Some(pass))];
    refused(&bench, two(), "ada2@example.test is already registered for this event.");
    bench.register(vec![person(2, Some(pass))]).unwrap();
}

#[test]
fn attendees_on_the_waiting_list_take_no_place_and_pay_nothing() {
    let bench = Bench::new(&gala());
    let mut waiting = person(2, None);
    waiting.waitlisted = true;
    let Ok(Registered::Paid { purchase, .. }) = bench.register(vec![person(1, Some(bench.pass(0))), waiting.clone()])
    else {
        panic!("one of the two has to pay")
    };
    assert_eq!((bench.app().purchase(purchase).unwrap().attendees, bench.seats()[0]), (1, (1, 0)));
    let Ok(Registered::Free { .. }) = bench.register(vec![waiting]) else { panic!("nobody has to pay") };
    assert_eq!(bench.seats()[0], (1, 0));
    let rows = bench.rows("msevtmgt_eventregistration");
    assert!(rows.len() == 2 && rows.iter().all(|row| row.text("msevtmgt_registrationstatus") == Some("Waitlisted")));
}

#[test]
fn the_link_and_where_it_returns_to() {
    #[track_caller]
    fn check(switches: &[(&str, &str)], expect: &str) {
        let bench = Bench::new(&gala());
        for (id, value) in switches {
            bench.set(id, value);
        }
        let provider = bench.rows("msevtmgt_paymentprovider")[0].id();
        let url = crate::store::Fields::new().set("payloop_paymentpageurl", "https://pay.test/x?shop=1");
        bench
            .dataverse
            .store()
            .write(bench.world.clock().now(), |tx| tx.update("msevtmgt_paymentprovider", provider, url))
            .unwrap();
        let registered = bench.app().register(&crate::event_management::request::Registration {
            readable_event_id: "Gala1".into(),
            attendees: vec![person(1, Some(bench.pass(0)))],
            web_application_origin: "https://a.example".into(),
            request_origin: Some("https://b.example".into()),
            submitted: String::new(),
        });
        let Ok(Registered::Paid { purchase, redirect_url }) = registered else { panic!("{registered:?}") };
        assert_eq!(redirect_url.replace(&purchase.to_string(), "{purchase}"), expect);
    }
    check(&[], "https://pay.test/x?shop=1purchaseId={purchase}&returnUrl=https%3A%2F%2Fa.example");
    check(
        &[("EAPI-18", "lenient")],
        "https://pay.test/x?shop=1&purchaseId={purchase}&returnUrl=https%3A%2F%2Fa.example",
    );
    check(
        &[("EAPI-17", "request-origin")],
        "https://pay.test/x?shop=1purchaseId={purchase}&returnUrl=https%3A%2F%2Fb.example",
    );
    check(&[("EAPI-17", "omit")], "https://pay.test/x?shop=1purchaseId={purchase}");
}

#[test]
fn the_purchaser_may_be_known_at_once() {
    let bench = Bench::new(&gala());
    bench.set("EAPI-33", "at-once");
    let purchase = bench.buy(&[0, 0]);
    let row = bench.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
    let contact = bench.dataverse.store().get("contact", row.lookup("msevtmgt_purchasingcontactid").unwrap()).unwrap();
    assert_eq!(contact.text("emailaddress1"), Some("ada0@example.test"));
}

#[test]
fn many_at_once_are_never_sold_more_than_there_is() {
    let mut event = gala();
    event.capacity = Some(300);
    event.passes[0].allocation = 1_000;
    let bench = Bench::new(&event);
    let reserved = std::thread::scope(|scope| {
        let buyer = || (0..100).filter(|n| bench.register(vec![person(*n, Some(bench.pass(0)))]).is_ok()).count();
        let buyers: Vec<_> = (0..8).map(|_| scope.spawn(buyer)).collect();
        buyers.into_iter().map(|buyer| buyer.join().unwrap()).sum::<usize>()
    });
    assert_eq!((reserved, bench.seats()[0]), (300, (300, 0)));
    assert_eq!(bench.rows("msevtmgt_eventpurchase").len(), 300);
}

#[test]
fn the_longest_answers_survive_until_the_money_comes() {
    let bench = Bench::new(&gala());
    let answer = |field: &str, length| Answer { field: field.into(), value: "ä".repeat(length) };
    let mut talker = person(1, Some(bench.pass(0)));
    talker.responses =
        vec![answer("jobtitle", 100), answer("diet", 4_000), answer(&"f".repeat(200), 1), answer("emailaddress1", 200)];
    let Ok(Registered::Paid { purchase, .. }) = bench.register(vec![talker]) else { panic!("it has to be paid") };
    bench.app().finalize(purchase, COMPLETED).unwrap();
    assert_eq!(bench.rows("msevtmgt_registrationresponse").len(), 3);
    let contact = &bench.rows("contact")[0];
    assert_eq!(
        (contact.text("emailaddress1"), contact.text("jobtitle").map(|title| title.chars().count())),
        (Some("ada1@example.test"), Some(100))
    );
}

/// Readers of purchases, buyers and finalizers take several locks; none may wait for one that another holds while waiting for theirs.
#[test]
fn readers_and_buyers_never_wait_for_each_other_for_ever() {
    const ROUNDS: usize = 200;
    let gala = NewEvent {
        capacity: Some(10_000),
        passes: gala().passes.into_iter().map(|pass| NewPass { allocation: 10_000, ..pass }).collect(),
        ..gala()
    };
    let bench = Arc::new(Bench::new(&gala));
    // With a switch of its own, a read looks into the book too.
    bench.world.switches().set("AMB-3", Some("Gala1"), "after-1-read").unwrap();
    let known = bench.buy(&[0]);
    let (done, finished) = std::sync::mpsc::channel();
    let work = [true, true, false, false].map(|buys| {
        let (bench, done) = (Arc::clone(&bench), done.clone());
        std::thread::spawn(move || {
            for _ in 0..ROUNDS {
                if buys {
                    let purchase = bench.buy(&[0]);
                    bench.app().finalize(purchase, COMPLETED).unwrap();
                } else {
                    bench.app().hides("msevtmgt_eventpurchase", known);
                    bench.app().omits_missing_currency(known);
                }
            }
            done.send(()).unwrap();
        })
    });
    for _ in &work {
        finished.recv_timeout(Duration::from_secs(60)).expect("somebody waits for ever");
    }
    for thread in work {
        thread.join().unwrap();
    }
    assert_eq!(bench.seats()[0], (1, 2 * u64::try_from(ROUNDS).unwrap()));
}
