//! The state machines of selling under any sequence of commands: no way leads to a state that the tables forbid.

use jiff::{SignedDuration, Timestamp};
use mock_stripe::domain::catalog::LineItem;
use mock_stripe::domain::effect::Effect;
use mock_stripe::domain::link::{self, AfterCompletion, Limit, PaymentLink, Presentation};
use mock_stripe::domain::money::Currency;
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
        collects: Default::default(),
        customer_creation: None,
        payment_method_types: None,
        submit_type: None,
        ships_to: None,
        shipping_options: Default::default(),
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
        open: None,
        currency: usd(),
    };
    Session {
        id: "cs_1".into(),
        created: 0,
        expires_at: 100,
        status: Status::Open,
        payment_status: PaymentStatus::Unpaid,
        currency: usd(),
        line_items: vec![item].into(),
        shipping_option: None,
        delivery: None,
        discount: None,
        link: None,
        intent: None,
        customer: None,
        keeps: Default::default(),
        adaptive_pricing: true,
        payer: None,
        names: None,
        answers: Default::default(),
        customer_email: None,
        prefilled_email: None,
        prefilled_code: None,
        client_reference_id: None,
        completion: Completion::Hosted(None),
        cancel_url: None,
        metadata: Default::default(),
        intent_data: Default::default(),
        presentation: presentation().into(),
        methods: Default::default(),
        ask_buyer: mock_stripe::domain::intent::AskBuyer::Automatic,
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
        line_items: Vec::new().into(),
        metadata: Default::default(),
        intent_data: None,
        presentation: presentation().into(),
        limit: limit.map(|limit| Limit { limit, count: 0 }),
        recurring: false,
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
        Command::Hold,
        Command::Capture,
        Command::Settle,
        Command::Fail,
        Command::Expire,
        Command::TimeOut,
    ])
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
            failure_transaction: None,
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
