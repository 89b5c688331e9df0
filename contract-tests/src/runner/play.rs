//! Plays one case, and judges it.

use std::sync::Arc;
use std::time::Duration;

use super::bench::Bench;
use super::context::Ctx;
use super::gather::gather;
use super::judge::{Judged, judge};
use super::own_time::OwnTime;
use super::plan::Item;
use super::record::Record;
use crate::invariants::Surroundings;
use crate::model::{Stop, Verdict};
use crate::report::CaseReport;

/// What came of one case.
pub(super) enum Played {
    /// Its verdict, and its record if that is kept.
    Judged(Box<Judged>, Option<Box<Record>>),
    /// The fakes did not say what happened.
    Unread(Box<CaseReport>),
}

/// Plays and judges one case. A panic or an endless case is a fault of ours.
pub(super) async fn play(bench: &Arc<Bench>, item: Item) -> Played {
    let clock = bench.own.clock();
    let began = clock.elapsed();
    let ctx = Ctx::new(Arc::clone(bench), item);
    let limit = bench.options.case_limit;
    let own_time = OwnTime::default();
    let worked = {
        let world = bench.own.clone();
        move || world.clock().worked()
    };
    let task = tokio::spawn({
        let future = own_time.of(worked.clone(), (item.case.run)(ctx.clone()));
        async move { tokio::time::timeout(limit, future).await }
    });
    let result = match task.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Stop::Suite(format!("the case did not end within {} s", limit.as_secs()))),
        Err(error) => Err(Stop::Suite(panic_of(error))),
    };
    let millis = u64::try_from((clock.elapsed() - began).as_millis()).unwrap_or_default();
    let reading = own_time.of(worked.clone(), gather(&ctx, result, millis));
    let Ok(mut record) = tokio::time::timeout(limit.max(Duration::from_secs(10)), reading).await else {
        let why = "the fakes did not say what happened";
        return Played::Unread(Box::new(unplayed(bench, &item, Verdict::SuiteError, why)));
    };
    let service = bench.urls.redirect.origin().ascii_serialization();
    let around =
        Surroundings { profile: &bench.profile, level: bench.options.level, service: &service, secrets: &bench.sought };
    let mut judged = own_time.during(worked, || {
        judge(item.case, &record, &around, &bench.contract, bench.urls.redirect.path(), bench.options.strict)
    });
    record.own_micros = own_time.micros();
    judged.report.own_micros = record.own_micros;
    Played::Judged(Box::new(judged), bench.options.recorded.then(|| Box::new(record)))
}

fn panic_of(error: tokio::task::JoinError) -> String {
    if !error.is_panic() {
        return "the case was stopped".to_owned();
    }
    let panic = error.into_panic();
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the case panicked: {}", text.unwrap_or("no message"))
}

pub(super) fn unplayed(bench: &Bench, item: &Item, verdict: Verdict, reason: &str) -> CaseReport {
    CaseReport {
        id: item.case.id.to_owned(),
        under: item.under(),
        title: item.case.title.to_owned(),
        level: item.case.level,
        strength: item.case.strength,
        verdict,
        clause: item.case.clause.to_owned(),
        sources: item.case.sources.iter().map(|source| (*source).to_owned()).collect(),
        reason: Some(reason.to_owned()),
        checks: Vec::new(),
        steps: Vec::new(),
        evidence: Vec::new(),
        millis: 0,
        own_micros: 0,
        unscored: false,
        rerun: bench.rerun(item.case.id),
    }
}
