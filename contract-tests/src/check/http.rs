//! What an answer of the service counts as. Outcomes are judged: any 4xx is a refusal.

/// What a status counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx.
    Success,
    /// 3xx.
    Redirect,
    /// 4xx: the service says no.
    Refusal,
    /// 5xx: the service is out of order.
    Broken,
    /// 1xx or beyond 5xx.
    Other,
}

/// What a status counts as.
pub fn outcome(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Success,
        300..=399 => Outcome::Redirect,
        400..=499 => Outcome::Refusal,
        500..=599 => Outcome::Broken,
        _ => Outcome::Other,
    }
}

/// Whether a redirect may be stored by a browser and used again without asking (RFC 9110 15.4.2, 15.4.9).
pub fn is_stored(status: u16) -> bool {
    matches!(status, 301 | 308)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, is_stored, outcome};

    #[test]
    fn classes_of_status() {
        let of = [200, 204, 302, 404, 503, 101, 999].map(outcome);
        assert_eq!(
            of,
            [
                Outcome::Success,
                Outcome::Success,
                Outcome::Redirect,
                Outcome::Refusal,
                Outcome::Broken,
                Outcome::Other,
                Outcome::Other
            ]
        );
        assert_eq!([301, 302, 303, 307, 308].map(is_stored), [true, false, false, false, true]);
    }
}
