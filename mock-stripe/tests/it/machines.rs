//! The state machines under any sequence of commands: no way leads to a state that the tables forbid.

use jiff::{SignedDuration, Timestamp};
use mock_stripe::domain::cards::{AfterChallenge, GENERIC_DECLINE};
use mock_stripe::domain::catalog::LineItem;
use mock_stripe::domain::charge::{self, Charge};
use mock_stripe::domain::effect::Effect;
use mock_stripe::domain::intent::{self, Intent, PaymentError};
use mock_stripe::domain::link::{self, AfterCompletion, Limit, PaymentLink, Presentation};
use mock_stripe::domain::money::Currency;
use mock_stripe::domain::payer::{Instrument, Payer};
use mock_stripe::domain::refund::{self, Refund};
use mock_stripe::domain::session::{self, Completion, PaymentStatus, Session, Status};
use proptest::prelude::*;

fn usd() -> Currency {
    Currency::parse("usd").unwrap()
}

fn presentation() -> Presentation {
    Presentation {
        allow_promotion_codes: None,
        billing_address_collection: None,
        customer_creation: None,
        payment_method_types: None,
        submit_type: None,
    }
}

fn new_session(amount: i64) -> Session {
    let item = LineItem {
        id: "li_1".into(),
        price: "price_1".into(),
        description: "x".into(),
        quantity: 1,
        adjustable: None,
        amount,
        currency: usd(),
    };
    Session {
        id: "cs_1".into(),
        created: 0,
        expires_at: 100,
        status: Status::Open,
        payment_status: PaymentStatus::Unpaid,
        currency: usd(),
        line_items: vec![item],
        link: None,
        intent: None,
        customer: None,
        payer: None,
        customer_email: None,
        prefilled_email: None,
        client_reference_id: None,
        completion: Completion::Hosted(None),
        cancel_url: None,
        metadata: Default::default(),
        intent_data: Default::default(),
        presentation: presentation(),
        locale: None,
        utm: Vec::new(),
        belongs: Default::default(),
    }
}

fn new_link(limit: Option<i64>) -> PaymentLink {
    PaymentLink {
        id: "plink_1".into(),
        slug: "test_1".into(),
        active: true,
        created: 0,
        after_completion: AfterCompletion::HostedConfirmation(None),
        currency: usd(),
        inactive_message: None,
        line_items: Vec::new(),
        metadata: Default::default(),
        intent_data: None,
        presentation: presentation(),
        limit: limit.map(|limit| Limit { limit, count: 0 }),
        recurring: false,
        belongs: Default::default(),
    }
}

fn new_intent() -> Intent {
    Intent {
        id: "pi_1".into(),
        core: "3".into(),
        created: 0,
        amount: 500,
        amount_capturable: 0,
        amount_received: 0,
        currency: usd(),
        status: intent::Status::RequiresPaymentMethod,
        capture_method: intent::CaptureMethod::AutomaticAsync,
        confirmation: intent::Confirmation::Automatic,
        automatic_methods: None,
        client_secret: "s".into(),
        customer: None,
        description: None,
        metadata: Default::default(),
        payment_method: None,
        payment_method_types: vec!["card".into()],
        latest_charge: None,
        last_error: None,
        challenge: None,
        confirmed: None,
        return_url: None,
        setup_future_usage: None,
        shipping: None,
        canceled_at: None,
        cancellation_reason: None,
        receipt_email: None,
        statement_descriptor: None,
        statement_descriptor_suffix: None,
        transfer_group: None,
        session: None,
        belongs: Default::default(),
    }
}

fn new_charge(status: charge::Status, captured: bool, amount: i64) -> Charge {
    Charge {
        id: "ch_1".into(),
        core: "3".into(),
        created: 0,
        amount,
        captured: captured.then_some(amount),
        amount_refunded: 0,
        currency: usd(),
        status,
        decline: None,
        intent: "pi_1".into(),
        payment_method: "pm_1".into(),
        instrument: Instrument::SepaDebit {
            bank_code: String::new(),
            country: "AT".into(),
            fingerprint: String::new(),
            last4: "3201".into(),
            settles: true,
        },
        authenticated: false,
        payer: Payer::default(),
        customer: None,
        description: None,
        metadata: Default::default(),
        balance_transaction: None,
        risk_score: 1,
        authorization_code: String::new(),
        network_transaction_id: String::new(),
        receipt_token: String::new(),
        receipt_email: None,
        shipping: None,
        statement_descriptor: None,
        statement_descriptor_suffix: None,
        transfer_group: None,
        belongs: Default::default(),
    }
}

fn session_command() -> impl Strategy<Value = session::Command> {
    use session::Command;
    prop::sample::select(vec![
        Command::Submit,
        Command::Pay,
        Command::Defer,
        Command::CompleteFree,
        Command::Settle,
        Command::Fail,
        Command::Expire,
        Command::TimeOut,
    ])
}

fn payment_error(charge: bool) -> PaymentError {
    PaymentError::declined(GENERIC_DECLINE, charge.then(|| "ch_2".to_owned()), "pm_2".into())
}

fn intent_command() -> impl Strategy<Value = intent::Command> {
    use intent::Command;
    prop_oneof![
        Just(Command::Approve { payment_method: "pm_1".into(), charge: "ch_1".into() }),
        any::<bool>().prop_map(|charge| Command::Refuse(payment_error(charge))),
        Just(Command::Challenge { payment_method: "pm_1".into(), then: AfterChallenge::Approve }),
        Just(Command::Authenticate),
        prop::option::of(Just("pm_2".to_owned())).prop_map(Command::Choose),
        (-10_i64..900).prop_map(|amount| Command::Reprice(amount, usd())),
        (-10_i64..900).prop_map(Command::Capture),
        Just(Command::Submit { payment_method: "pm_1".into(), charge: "ch_1".into() }),
        Just(Command::Settle),
        Just(Command::Bounce(payment_error(true))),
        Just(Command::Cancel(Some("duplicate".into()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_session_never_leaves_its_table(amount in prop::sample::select(vec![0, 500]), steps in prop::collection::vec((session_command(), 0_i64..60), 0..12)) {
        let mut session = new_session(amount);
        let mut now = Timestamp::UNIX_EPOCH;
        let mut completions = 0;
        for (command, pause) in steps {
            now += SignedDuration::from_secs(pause);
            let Ok((after, effects)) = session.apply(command, now) else { continue };
            // What is decided stays decided.
            if session.status != Status::Open {
                prop_assert_eq!(after.status, session.status);
            }
            if session.payment_status != PaymentStatus::Unpaid {
                prop_assert_eq!(after.payment_status, session.payment_status);
            }
            // Money only comes to complete sessions; nothing is free that costs something.
            prop_assert!(after.payment_status == PaymentStatus::Unpaid || after.status == Status::Complete);
            prop_assert_eq!(after.payment_status == PaymentStatus::NoPaymentRequired, after.status == Status::Complete && amount == 0);
            prop_assert!(after.payment_status != PaymentStatus::Paid || amount > 0);
            if command == session::Command::TimeOut {
                prop_assert!(now.as_second() >= session.expires_at);
            }
            completions += effects.iter().filter(|effect| **effect == Effect::Emit("checkout.session.completed")).count();
            prop_assert_eq!(completions > 0, after.status == Status::Complete);
            prop_assert!(completions <= 1);
            prop_assert_eq!(after.is_payable(now), after.status == Status::Open && now.as_second() < 100);
            session = after;
        }
    }

    #[test]
    fn an_intent_never_leaves_its_table(
        manual_capture in any::<bool>(),
        manual_confirmation in any::<bool>(),
        steps in prop::collection::vec(intent_command(), 0..16),
    ) {
        use intent::{CaptureMethod, Confirmation, Status};
        let mut intent = new_intent();
        if manual_capture {
            intent.capture_method = CaptureMethod::Manual;
        }
        if manual_confirmation {
            intent.confirmation = Confirmation::Manual;
        }
        let mut succeeded = 0;
        for command in steps {
            let before = intent.clone();
            let Ok((after, effects)) = intent.apply(command.clone(), Timestamp::UNIX_EPOCH) else { continue };
            prop_assert!(!matches!(before.status, Status::Succeeded | Status::Canceled), "{before:?} is final, yet took {command:?}");
            if matches!(command, intent::Command::Cancel(_)) {
                prop_assert_ne!(before.status, Status::Processing);
            }
            // Only what was authorised is captured, and only the seller who captures waits for it.
            prop_assert_eq!(matches!(command, intent::Command::Capture(_)), before.status == Status::RequiresCapture && after.status == Status::Succeeded);
            prop_assert!(after.status != Status::RequiresCapture || manual_capture);
            prop_assert_eq!(after.amount_capturable, if after.status == Status::RequiresCapture { after.amount } else { 0 });
            prop_assert_eq!(after.amount_received > 0, after.status == Status::Succeeded);
            prop_assert!((0..=after.amount).contains(&after.amount_received));
            prop_assert!(matches!(command, intent::Command::Capture(_)) || after.amount_received == 0 || after.amount_received == after.amount);
            // The amount stands once money was asked for.
            prop_assert!(after.amount > 0 && (after.amount == before.amount || before.takes_payment()));
            prop_assert_eq!(after.canceled_at.is_some(), after.status == Status::Canceled);
            prop_assert_eq!(after.challenge.is_some(), after.status == Status::RequiresAction);
            prop_assert!(after.confirmed.is_none() || (after.status == Status::RequiresConfirmation && manual_confirmation));
            if matches!(after.status, Status::Succeeded | Status::Processing | Status::RequiresCapture) {
                prop_assert!(after.payment_method.is_some() && after.latest_charge.is_some() && after.last_error.is_none());
            }
            match after.status {
                Status::RequiresPaymentMethod => prop_assert!(after.payment_method.is_none()),
                Status::RequiresConfirmation | Status::RequiresAction => {
                    prop_assert!(after.payment_method.is_some() && after.last_error.is_none());
                }
                _ => {}
            }
            succeeded += effects.iter().filter(|effect| **effect == Effect::Emit("payment_intent.succeeded")).count();
            prop_assert_eq!(succeeded, usize::from(after.status == Status::Succeeded));
            intent = after;
        }
    }

    #[test]
    fn a_charge_never_gives_back_more_than_it_took(
        start in 0_u8..3,
        steps in prop::collection::vec((0_u8..7, -10_i64..700), 0..12),
    ) {
        use charge::{Command, Status};
        let (status, captured) = [(Status::Pending, true), (Status::Succeeded, true), (Status::Succeeded, false)][usize::from(start)];
        let mut charge = new_charge(status, captured, 500);
        for (which, amount) in steps {
            let command = match which {
                0 => Command::Settle,
                1 => Command::Bounce(GENERIC_DECLINE),
                2 => Command::Book("txn_1".into()),
                3 => Command::Capture(amount),
                4 => Command::Release,
                5 => Command::Expire,
                _ => Command::Refund(amount),
            };
            let Ok((after, effects)) = charge.apply(command, Timestamp::UNIX_EPOCH) else { continue };
            prop_assert!((0..=after.amount).contains(&after.amount_refunded));
            prop_assert!(after.amount_refunded >= charge.amount_refunded);
            prop_assert!(after.amount_refunded == 0 || after.status == Status::Succeeded);
            if after.status == Status::Succeeded {
                // What was authorised is waiting, kept, given back or let go, and nothing is lost or made.
                let waiting = if after.capture_before().is_some() { after.amount } else { 0 };
                prop_assert_eq!(waiting + after.refundable() + after.given_back() + after.released(), 500);
                prop_assert_eq!(after.captured.unwrap_or_default(), after.refundable() + after.given_back());
            } else {
                prop_assert_eq!(after.refundable(), 0);
            }
            prop_assert!(charge.captured.is_none() || after.captured == charge.captured || after.status == Status::Failed);
            prop_assert!(after.captured.is_none_or(|taken| taken > 0));
            prop_assert_eq!(after.is_refunded(), after.amount_refunded == 500);
            prop_assert!(charge.status == Status::Pending || after.status == charge.status);
            prop_assert!(after.balance_transaction.is_none() || after.captured.is_some());
            prop_assert_eq!(effects.len(), 1);
            charge = after;
        }
    }

    /// An intent and its charge under any captures, releases and refunds: `amount` is always what can still be captured, was received and
    /// kept, or went back.
    #[test]
    fn an_intent_and_its_charge_conserve_the_amount(steps in prop::collection::vec((0_u8..3, -10_i64..700), 1..10)) {
        let authorised = intent::Command::Approve { payment_method: "pm_1".into(), charge: "ch_1".into() };
        let new = Intent { capture_method: intent::CaptureMethod::Manual, ..new_intent() };
        let (mut intent, _) = new.apply(authorised, Timestamp::UNIX_EPOCH).unwrap();
        let mut charge = new_charge(charge::Status::Succeeded, false, 500);
        for (which, amount) in steps {
            let now = Timestamp::UNIX_EPOCH;
            let (on_intent, on_charge) = match which {
                0 => (intent.apply(intent::Command::Capture(amount), now), charge.apply(charge::Command::Capture(amount), now)),
                1 => (intent.apply(intent::Command::Cancel(None), now), charge.apply(charge::Command::Release, now)),
                _ => (Ok((intent.clone(), Vec::new())), charge.apply(charge::Command::Refund(amount), now)),
            };
            // Both agree on what may be captured and let go.
            prop_assert!(which == 2 || on_intent.is_ok() == on_charge.is_ok(), "{which} {amount}: {on_intent:?} {on_charge:?}");
            if let (Ok((after_intent, _)), Ok((after_charge, _))) = (on_intent, on_charge) {
                (intent, charge) = (after_intent, after_charge);
            }
            prop_assert_eq!(intent.amount_capturable + intent.amount_received + charge.released(), 500);
            prop_assert_eq!(intent.amount_capturable + (intent.amount_received - charge.given_back()) + charge.amount_refunded, 500);
        }
    }

    #[test]
    fn a_link_never_takes_more_than_its_limit(limit in prop::option::of(1_i64..4), flips in any::<bool>(), steps in prop::collection::vec(0_u8..4, 0..20)) {
        let mut link = new_link(limit);
        let mut completed = 0;
        for which in steps {
            let command = match which {
                0 => link::Command::Visit,
                1 => link::Command::Complete { flips },
                2 => link::Command::SetActive(true),
                _ => link::Command::SetActive(false),
            };
            match link.apply(command, Timestamp::UNIX_EPOCH) {
                Ok((after, effects)) => {
                    if command == link::Command::Visit {
                        prop_assert!(link.active && !link.is_used_up());
                        prop_assert_eq!(effects, [Effect::OpenSession]);
                    }
                    completed += i64::from(matches!(command, link::Command::Complete { .. }));
                    link = after;
                }
                Err(refusal) => prop_assert_eq!(refusal == link::Refusal::LimitReached, link.is_used_up()),
            }
            prop_assert!(limit.is_none_or(|limit| completed <= limit));
            prop_assert_eq!(link.limit.map(|limit| limit.count), limit.map(|_| completed));
        }
    }

    #[test]
    fn a_refund_ends_once(start in 0_u8..3, steps in prop::collection::vec(0_u8..4, 0..10)) {
        use refund::{Command, Status};
        let mut refund = Refund {
            id: "re_1".into(),
            created: 0,
            amount: 5,
            currency: usd(),
            charge: "ch_1".into(),
            intent: "pi_1".into(),
            payment_method: "pm_1".into(),
            method_kind: "card",
            customer: None,
            reason: None,
            status: [Status::Pending, Status::Succeeded, Status::RequiresAction][usize::from(start)],
            reference: None,
            reversal: false,
            balance_transaction: None,
            metadata: Default::default(),
            belongs: Default::default(),
        };
        for which in steps {
            let command = [Command::Reference("1".into()), Command::Succeed, Command::Fail, Command::Cancel][usize::from(which)].clone();
            let Ok((after, _)) = refund.apply(command.clone(), Timestamp::UNIX_EPOCH) else { continue };
            prop_assert!(!matches!(refund.status, Status::Failed | Status::Canceled), "{:?} is final", refund.status);
            prop_assert!(command != Command::Cancel || refund.status == Status::RequiresAction);
            prop_assert!(after.status != Status::Pending || refund.status == Status::Pending);
            refund = after;
        }
    }
}
