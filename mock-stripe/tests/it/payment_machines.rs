//! The state machines of payments under any sequence of commands: no way leads to a state that the tables forbid, and no money is lost or made.

use jiff::Timestamp;
use mock_stripe::domain::cards::{AfterChallenge, GENERIC_DECLINE};
use mock_stripe::domain::charge::{self, Charge};
use mock_stripe::domain::effect::Effect;
use mock_stripe::domain::intent::{self, Intent, PaymentError};
use mock_stripe::domain::money::Currency;
use mock_stripe::domain::payer::{Instrument, Payer};
use proptest::prelude::*;

fn usd() -> Currency {
    Currency::parse("usd").unwrap()
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
        methods: Default::default(),
        latest_charge: None,
        last_error: None,
        challenge: None,
        confirmed: None,
        ask_buyer: intent::AskBuyer::Automatic,
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
        dispute: None,
        charged_back: false,
        user_report: None,
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
        steps in prop::collection::vec((0_u8..11, -10_i64..700), 0..12),
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
                6 => Command::RefundFailed(amount),
                7 => Command::Dispute { dispute: "du_1".into(), withdrawn: amount > 0 },
                8 => Command::DisputeWon,
                _ => Command::Refund(amount),
            };
            let came_back = if which == 6 { amount } else { 0 };
            let Ok((after, effects)) = charge.apply(command, Timestamp::UNIX_EPOCH) else { continue };
            prop_assert!((0..=after.amount).contains(&after.amount_refunded));
            prop_assert!(after.amount_refunded >= charge.amount_refunded - came_back);
            prop_assert!(which != 6 || charge.given_back() - after.given_back() == amount);
            // What a dispute took cannot be given back as well, and is never forgotten.
            prop_assert!(which < 9 || !charge.charged_back);
            prop_assert!((which == 8 || after.charged_back >= charge.charged_back) && (!after.charged_back || after.dispute.is_some()));
            prop_assert!(after.dispute.is_none() || after.captured.is_some());
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
            prop_assert_eq!(effects.len(), usize::from(which != 7 && which != 8));
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
}
