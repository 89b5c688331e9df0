//! Plays many histories, each in a scope of its own, and judges them: side by side what can be, and each in a quiet world what must.

use std::cmp::Reverse;
use std::sync::Arc;

use futures_util::{StreamExt as _, future, stream};
use uuid::Uuid;

use super::data::{History, Op};
use super::gather::{Story, tell};
use super::rooms::Rooms;
use super::verdict::Judged;
use crate::runner::Bench;
use crate::target::Finalize;

/// How many histories run side by side: most of the time they wait, but what they all ask for at one moment has to be answered in time.
const AT_ONCE: usize = 64;
/// The same in front of a service that works after its answer: it has to get its turn, or its silence is taken for the end.
const AT_ONCE_QUEUED: usize = 16;

/// A history with its place in what was asked for, and the scope that its ids belong to.
type Numbered = (usize, (History, String));

/// Plays these, each in its scope, and judges them; answers in their order.
pub(super) async fn play(rooms: &Rooms, histories: Vec<(History, String)>) -> Vec<Judged> {
    let numbered = histories.into_iter().enumerate();
    let (alone, together): (Vec<Numbered>, Vec<Numbered>) = numbered.partition(|(_, (history, _))| history.is_alone());
    let mut judged = if rooms.are_apart() {
        let (mut first, second) = future::join(side_by_side(rooms, together), one_by_one(rooms, alone)).await;
        first.extend(second);
        first
    } else {
        let mut first = side_by_side(rooms, together).await;
        first.extend(one_by_one(rooms, alone).await);
        first
    };
    judged.sort_by_key(|(number, _)| *number);
    judged.into_iter().map(|(_, judged)| judged).collect()
}

/// All in one world, judged in one quiet moment.
async fn side_by_side(rooms: &Rooms, mut histories: Vec<Numbered>) -> Vec<(usize, Judged)> {
    if histories.is_empty() {
        return Vec::new();
    }
    let bench = match rooms.shared().await {
        Ok(bench) => bench,
        Err(why) => return histories.into_iter().map(|(number, _)| (number, no_world(&why))).collect(),
    };
    // What waits for broken calls begins first.
    histories.sort_by_key(|(_, (history, _))| {
        Reverse(history.steps.iter().filter(|op| matches!(op, Op::Break(..))).count())
    });
    let queued = bench.profile.declares.finalize == Finalize::Queued;
    let at_once = if queued { AT_ONCE_QUEUED } else { AT_ONCE };
    let after = last_entry(&bench).await;
    let told: Vec<(usize, Result<Story, Judged>)> = stream::iter(histories)
        .map(|(number, (history, scope))| {
            let bench = Arc::clone(&bench);
            // On any core, not on that of this task.
            let task = tokio::spawn(async move { tell(&bench, history, scope, after).await });
            async move { (number, task.await.map_err(panicked)) }
        })
        .buffer_unordered(at_once)
        .collect()
        .await;
    let mut judged = Vec::new();
    let mut stories = Vec::new();
    for (number, told) in told {
        match told {
            Ok(story) => stories.push((number, story)),
            Err(broke) => judged.push((number, broke)),
        }
    }
    judged.extend(judge(&bench, stories).await);
    judged
}

/// Each in a world that nobody else has, and judged before the next one moves its clock: what time does to it then is no part of its story.
async fn one_by_one(rooms: &Rooms, histories: Vec<Numbered>) -> Vec<(usize, Judged)> {
    let at_once = histories.len().max(1);
    stream::iter(histories)
        .map(|(number, (history, scope))| async move {
            let room = match rooms.alone().await {
                Ok(room) => room,
                Err(why) => return (number, no_world(&why)),
            };
            let bench = Arc::clone(room.bench());
            let task = tokio::spawn(async move {
                let after = last_entry(&bench).await;
                let story = tell(&bench, history, scope, after).await;
                judge(&bench, vec![(number, story)]).await
            });
            let judged = match task.await {
                Ok(judged) => judged.into_iter().next().map(|(_, judged)| judged).unwrap_or_default(),
                Err(error) => panicked(error),
            };
            if judged.suite_error.is_none() || !rooms.are_apart() {
                room.give_back();
            }
            (number, judged)
        })
        .buffer_unordered(at_once)
        .collect()
        .await
}

/// Waits for one quiet moment of all of them, and judges them.
async fn judge(bench: &Bench, stories: Vec<(usize, Story)>) -> Vec<(usize, Judged)> {
    let subjects: Vec<Uuid> = stories.iter().flat_map(|(_, story)| story.subjects()).collect();
    let budgets = &bench.profile.budgets;
    let limit = budgets.webhook.0 * 2 + budgets.settle.0;
    if !subjects.is_empty() {
        // A service that never rests is judged as it is then.
        drop(bench.control.quiet(&subjects, budgets.settle.0, limit).await);
    }
    stream::iter(stories)
        .map(|(number, story)| {
            let task = tokio::spawn(story.judge());
            async move { (number, task.await) }
        })
        .buffer_unordered(AT_ONCE)
        .map(|(number, judged)| (number, judged.unwrap_or_else(panicked)))
        .collect()
        .await
}

/// The journal's last number so far.
async fn last_entry(bench: &Bench) -> u64 {
    bench.control.world().await.map(|world| world.journal.last_seq).unwrap_or_default()
}

/// A history that broke the bench is a fault of ours.
fn panicked(error: tokio::task::JoinError) -> Judged {
    Judged { suite_error: Some(format!("the play or the judgement of a history broke: {error}")), ..Judged::default() }
}

/// Without a world there is nothing to judge.
fn no_world(why: &str) -> Judged {
    Judged { suite_error: Some(format!("there is no world to play it in: {why}")), ..Judged::default() }
}
