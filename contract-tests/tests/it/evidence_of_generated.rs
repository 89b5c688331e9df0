//! What was generated is judged again from its transcript: whoever changes it, and makes the chain of hashes whole again, is found out.

use completion_service::Defect;
use contract_tests::evidence::{Transcript, redacted, verify, write};
use contract_tests::histories::{Fact, Finding, Shortened, StoryRecord, ValueRecord};
use contract_tests::runner::Ended;
use contract_tests::{Options, Ran, RunVerdict, Share, Verdict};

use crate::evidence::folder;
use crate::histories::{drawn, given, patient};
use crate::queued::{Queued, queued_profile};
use crate::world::{Embedded, certify_recorded_with};

async fn ran(defects: &[Defect], options: Options) -> Ran {
    certify_recorded_with(Embedded::new(defects).await, patient(), Options { recorded: true, ..options }).await
}

/// What `verify` says of the folder that this run leaves behind.
fn said(ran: &Ran) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    folder(ran, dir.path());
    let findings = match verify(dir.path(), None) {
        Ok(verified) => verified.findings,
        Err(findings) => findings,
    };
    findings.iter().map(ToString::to_string).collect()
}

/// The folder of this run agrees with its transcript, in every word.
#[track_caller]
fn agrees(ran: &Ran) {
    let dir = tempfile::tempdir().unwrap();
    let seal = folder(ran, dir.path());
    let verified = verify(dir.path(), Some(&seal)).unwrap();
    assert_eq!(verified.findings, []);
    let report = redacted(&ran.report, &ran.secrets).unwrap();
    assert_eq!(verified.report.histories, report.histories);
    assert_eq!(verified.report.summary, report.summary);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_right_service_did_is_judged_again() {
    let whole = ran(&[], drawn(32, 11)).await;
    agrees(&whole);
    assert_eq!(whole.report.verdict(), RunVerdict::Conformant);
    let generated = whole.generated.as_ref().unwrap();
    assert_eq!((generated.stories.len(), generated.families.len()), (32, 3));
    let exchanges: usize = generated.stories.iter().map(|story| story.entries.len()).sum();
    let mut transcript = Vec::new();
    write(&whole, &mut transcript).unwrap();
    // A run of 256 histories leaves eight times as much, which is to stay below 60 MB.
    assert!(transcript.len() < 60_000_000 / 8, "{} bytes for {exchanges} exchanges", transcript.len());

    // What passed is not believed either: a record that was made to look worse comes out worse.
    let check = |change: &dyn Fn(&mut StoryRecord), expect: &[&str]| {
        let mut changed = whole.clone();
        let stories = &mut changed.generated.as_mut().unwrap().stories;
        let paid = |story: &&mut StoryRecord| {
            story
                .purchases
                .iter()
                .any(|sold| sold.state.word() == "completed" && !sold.facts.contains(&Fact::TakenBack))
        };
        change(stories.iter_mut().find(paid).unwrap());
        let told = said(&changed);
        for expect in expect {
            assert!(told.iter().any(|finding| finding.contains(expect)), "{expect}: {told:#?}");
        }
    };
    let completed =
        |story: &mut StoryRecord| story.purchases.iter().position(|sold| sold.state.word() == "completed").unwrap();
    check(
        &|story| {
            let place = completed(story);
            story.purchases[place].ledger.sessions.clear();
        },
        &["report.json: H-T INV-1 (example", "missing there, and fail by the transcript", "shortest form are missing"],
    );
    check(
        &|story| {
            let seq = story.purchases[0].exchanges[0];
            story.entries.retain(|entry| entry.seq != seq);
        },
        &["transcript.jsonl: H-T example ", "is missing"],
    );
    check(&|story| drop(story.purchases.pop()), &["and what became of 0 is there"]);
    check(
        &|story| story.history.steps.truncate(1),
        &["the history that was played is not the one that the seed draws"],
    );
    check(&|story| story.done.steps.reverse(), &["the steps that it did are not its own"]);

    let without = |change: &dyn Fn(&mut Ran), expect: &str| {
        let mut changed = whole.clone();
        change(&mut changed);
        let told = said(&changed);
        assert!(told.iter().any(|finding| finding.contains(expect)), "{expect}: {told:#?}");
    };
    without(
        &|ran| drop(ran.generated.as_mut().unwrap().stories.pop()),
        "31 histories were played of the 32 that were asked for",
    );
    without(&|ran| ran.report.histories.as_mut().unwrap().families[0].played += 1, "report.json: H-T: 33 played");
    without(&|ran| ran.generated = None, "what was generated: 128 examples there, and nothing by the transcript");
    without(
        &|ran| ran.report.histories = None,
        "what was generated: nothing there, and 128 examples by the transcript",
    );
    without(
        &|ran| drop(ran.generated.as_mut().unwrap().families.remove(1)),
        "H-U: what became of the return URLs is missing",
    );
    without(
        &|ran| ran.generated.as_mut().unwrap().no_world = Some("none could be started".to_owned()),
        "the values had no world to be played in, and the histories had one",
    );
    let value = |ran: &mut Ran, change: &dyn Fn(&mut ValueRecord)| {
        change(&mut ran.generated.as_mut().unwrap().families[0].values[2]);
    };
    without(&|ran| value(ran, &|value| value.seen = None), "H-M: nothing was seen of example 2");
    without(&|ran| value(ran, &|value| value.shown.clear()), "H-M: example 2 is , and the seed draws a price of ");
    without(
        &|ran| value(ran, &|value| value.seen.as_mut().unwrap()["ledger"]["payables"][0]["amount"] = 1.into()),
        "H-M prices (example 2 of seed 11; 1 of 32 fail): missing there, and fail by the transcript",
    );
}

/// What the report tells of what failed.
fn findings_of(ran: &mut Ran) -> &mut Vec<Finding> {
    &mut ran.report.histories.as_mut().unwrap().findings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_found_cannot_be_taken_away_or_made_smaller() {
    let defects = [Defect::CancelsOnExpired, Defect::TimesHundred];
    let whole = ran(&defects, Options { most_shrunk: 2, ..drawn(24, 104) }).await;
    agrees(&whole);
    let findings = &whole.report.histories.as_ref().unwrap().findings;
    let story = findings.iter().find(|finding| finding.family == "H-T" && finding.replays > 0).unwrap();
    let name = format!("H-T {} ({})", story.rule, story.origin);
    let price = findings.iter().find(|finding| finding.family == "H-M").unwrap();
    assert_eq!((story.verdict, price.verdict), (Verdict::Fail, Verdict::Fail));
    let place = findings.iter().position(|finding| finding == story).unwrap();

    let check = |change: &dyn Fn(&mut Ran), expect: &str| {
        let mut changed = whole.clone();
        change(&mut changed);
        let told = said(&changed);
        assert!(told.iter().any(|finding| finding.contains(expect)), "{expect}: {told:#?}");
    };
    let missing = format!("report.json: {name}: missing there, and fail by the transcript");
    check(&|ran| drop(findings_of(ran).remove(place)), &missing);
    // Nor with everything that was played for it.
    let none_of_it = |ran: &mut Ran| {
        findings_of(ran).remove(place);
        ran.generated.as_mut().unwrap().shortened.clear();
    };
    check(&none_of_it, "missing there, and fail by the transcript");
    check(&none_of_it, "breaks it, and the plays of its shortest form are missing");
    check(
        &|ran| findings_of(ran)[place].verdict = Verdict::Warn,
        &format!("report.json: {name}: warn there, and fail by the transcript"),
    );
    check(&|ran| findings_of(ran)[place].checks.clear(), &format!("{name}, what does not hold:  there, and "));
    check(
        &|ran| findings_of(ran)[place].failed = "0 of 3".to_owned(),
        "how often it failed: 0 of 3 there, and 3 of 3 by",
    );
    check(&|ran| findings_of(ran)[place].evidence.clear(), "something that it tells of the run was changed");
    check(&|ran| findings_of(ran)[place].script.push_str("heal A\n"), "its script: ");
    let twice = findings[place].clone();
    check(&|ran| findings_of(ran).push(twice.clone()), "fail there, and nothing that was found by the transcript");

    let shortened = |ran: &mut Ran, change: &dyn Fn(&mut Shortened)| {
        let all = &mut ran.generated.as_mut().unwrap().shortened;
        change(all.iter_mut().find(|shortened| shortened.rule == story.rule).unwrap());
    };
    check(&|ran| shortened(ran, &|it| drop(it.plays.pop())), "its shortest form was played 2 times, not 3");
    check(&|ran| shortened(ran, &|it| it.shortest.steps.clear()), "one of the last plays is not of its shortest form");
    check(
        &|ran| shortened(ran, &|it| it.plays[0].ended = Ended::Suite("it broke".to_owned())),
        "how often it failed: 3 of 3 there, and 2 of 3 by the transcript",
    );
    check(&|ran| shortened(ran, &|it| it.before = None), "no play led to its shortest form");
    check(&|ran| shortened(ran, &|it| it.number = 99), "history 99 was made shorter, and does not call for it");

    let first = whole.generated.as_ref().unwrap().families[0].clone();
    assert!(first.smallest.is_some(), "{first:#?}");
    check(&|ran| ran.generated.as_mut().unwrap().families[0].way.push(0), "and its way leads to a price of");
    check(
        &|ran| ran.generated.as_mut().unwrap().families[0].way.push(99),
        "the way to its smallest example leads nowhere",
    );
    check(
        &|ran| ran.generated.as_mut().unwrap().families[0].smallest = None,
        "the play of its smallest example is missing",
    );

    // The files of its findings belong to the folder.
    let dir = tempfile::tempdir().unwrap();
    folder(&whole, dir.path());
    let file = dir.path().join("histories").join(&story.file);
    let check = |expect: &str| {
        let told: Vec<String> = verify(dir.path(), None).unwrap().findings.iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with("histories/") && told[0].contains(expect), "{told:?}");
    };
    std::fs::write(&file, "visit A\n").unwrap();
    check("it is not what the transcript comes to");
    std::fs::remove_file(&file).unwrap();
    check("cannot be read");
}

/// What was given is no draw of the seed; a service of which there is but one, and a share of a run, are no other than a whole run in many worlds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_and_what_a_share_plays_is_judged_again() {
    let script = "history one\nunder AMB-5=last-wins\nvisit A\nexpire A\n\nhistory two\npay A\nresend A\n";
    let whole = ran(&[Defect::CancelsOnExpired], given(script)).await;
    assert_eq!(whole.report.verdict(), RunVerdict::NotConformant);
    agrees(&whole);
    let mut changed = whole.clone();
    changed.generated.as_mut().unwrap().stories.swap(0, 1);
    let told = said(&changed);
    assert!(told.iter().any(|finding| finding.contains("is not the one that was given")), "{told:#?}");

    let of_case = |share: &Share| share.takes("C-R01");
    let share = ["1/3", "2/3", "3/3"].map(|share| share.parse().unwrap()).into_iter().find(of_case);
    let cases = vec!["C-R01".to_owned()];
    let options = Options { recorded: true, share, cases, only_histories: false, ..drawn(12, 3) };
    let part = certify_recorded_with(Queued::new().await, queued_profile(), options).await;
    let played = part.generated.as_ref().unwrap().stories.len();
    assert!((1..12).contains(&played), "{played}");
    agrees(&part);
    let mut other = part;
    other.head.suite.partition = None;
    let told = said(&other);
    assert!(told.iter().any(|finding| finding.contains("of the 12 that were asked for")), "{told:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_kept_of_a_run_that_is_not_recorded() {
    let options = given("pay A\n");
    let bare = certify_recorded_with(Embedded::new(&[]).await, patient(), options.clone()).await;
    assert!(bare.report.histories.is_some() && bare.generated.is_none());
    let mut transcript = Vec::new();
    write(&ran(&[], options).await, &mut transcript).unwrap();
    let text = String::from_utf8(transcript).unwrap();
    let read = Transcript::read(&text).unwrap().generated.unwrap();
    assert_eq!(read.stories[0].history.to_string(), "pay A\n");
    assert!(text.contains(r#""history":"pay A\n","done":"pay A\n""#), "people can read it: {text}");
}
