//! Waits a moment for a lock before the thread goes to sleep. What a lock of a fake is held for takes microseconds; to sleep and be woken
//! takes more, and leaves a core idle meanwhile.

use std::hint::spin_loop;

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How often a lock is asked for before the thread sleeps: some tens of microseconds.
const TRIES: u32 = 500;

/// Locks a mutex that is never held for long.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    patiently(|| mutex.try_lock()).unwrap_or_else(|| mutex.lock())
}

/// Reads what is never written for long.
pub fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    patiently(|| lock.try_read()).unwrap_or_else(|| lock.read())
}

/// Writes what is never read for long.
pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    patiently(|| lock.try_write()).unwrap_or_else(|| lock.write())
}

fn patiently<T>(attempt: impl Fn() -> Option<T>) -> Option<T> {
    (0..TRIES).find_map(|_| {
        let got = attempt();
        if got.is_none() {
            spin_loop();
        }
        got
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use parking_lot::{Mutex, RwLock};

    use super::{lock, read, write};

    #[test]
    fn who_waits_longer_than_a_moment_gets_the_lock_all_the_same() {
        let (mutex, shared) = (Arc::new(Mutex::new(0)), Arc::new(RwLock::new(0)));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (mutex, shared) = (Arc::clone(&mutex), Arc::clone(&shared));
                thread::spawn(move || {
                    for _ in 0..200 {
                        let mut held = lock(&mutex);
                        // Long enough that others run out of patience now and then.
                        *held += (0..2_000).map(|n: u64| u64::from(std::hint::black_box(n) == 1_999)).sum::<u64>();
                        drop(held);
                        *write(&shared) += 1;
                        assert!(*read(&shared) > 0);
                    }
                })
            })
            .collect();
        assert!(threads.into_iter().all(|thread| thread.join().is_ok()));
        assert_eq!((*mutex.lock(), *shared.read()), (800, 800));
    }
}
