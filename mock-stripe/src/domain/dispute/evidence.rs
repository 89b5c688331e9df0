//! What the seller says for itself, and what the bank makes of it in a sandbox.

use std::collections::BTreeMap;

/// The members of `evidence` but `enhanced_evidence`, in the order in which they are told. The second says whether it names a file.
pub const EVIDENCE: [(&str, bool); 27] = [
    ("access_activity_log", false),
    ("billing_address", false),
    ("cancellation_policy", true),
    ("cancellation_policy_disclosure", false),
    ("cancellation_rebuttal", false),
    ("customer_communication", true),
    ("customer_email_address", false),
    ("customer_name", false),
    ("customer_purchase_ip", false),
    ("customer_signature", true),
    ("duplicate_charge_documentation", true),
    ("duplicate_charge_explanation", false),
    ("duplicate_charge_id", false),
    ("product_description", false),
    ("receipt", true),
    ("refund_policy", true),
    ("refund_policy_disclosure", false),
    ("refund_refusal_explanation", false),
    ("service_date", false),
    ("service_documentation", true),
    ("shipping_address", false),
    ("shipping_carrier", false),
    ("shipping_date", false),
    ("shipping_documentation", true),
    ("shipping_tracking_number", false),
    ("uncategorized_file", true),
    ("uncategorized_text", false),
];

/// Most characters of all texts together.
pub const MOST_EVIDENCE: usize = 150_000;

/// What the seller gave, by member: a text, or the id of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence(BTreeMap<&'static str, String>);

/// How the bank decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// For the seller.
    Won,
    /// For the buyer.
    Lost,
    /// An inquiry becomes a dispute.
    Escalated,
}

impl Evidence {
    /// What was said of a member.
    pub fn get(&self, member: &str) -> Option<&str> {
        self.0.get(member).map(String::as_str)
    }

    /// Says it, or takes it back. What is no member changes nothing.
    pub fn set(&mut self, member: &str, text: Option<&str>) {
        let Some((member, _)) = EVIDENCE.iter().find(|(known, _)| *known == member) else { return };
        match text {
            Some(text) => drop(self.0.insert(member, text.to_owned())),
            None => drop(self.0.remove(member)),
        }
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The characters of all texts.
    pub fn length(&self) -> usize {
        let texts = EVIDENCE.iter().filter(|(_, file)| !file).filter_map(|(member, _)| self.get(member));
        texts.map(|text| text.chars().count()).sum()
    }

    /// What a sandbox's bank decides by the words of `uncategorized_text` (<https://docs.stripe.com/testing#evidence>); `None` leaves
    /// the dispute with the bank.
    pub fn verdict(&self) -> Option<Verdict> {
        match self.get("uncategorized_text")?.trim() {
            "winning_evidence" => Some(Verdict::Won),
            "losing_evidence" => Some(Verdict::Lost),
            "escalate_inquiry_evidence" => Some(Verdict::Escalated),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EVIDENCE, Evidence, Verdict};

    #[test]
    fn evidence_is_what_was_said_and_not_taken_back() {
        let mut evidence = Evidence::default();
        evidence.set("customer_name", Some("Ada"));
        evidence.set("receipt", Some("file_1"));
        evidence.set("nonsense", Some("x"));
        assert_eq!(
            (evidence.get("customer_name"), evidence.get("receipt"), evidence.length()),
            (Some("Ada"), Some("file_1"), 3)
        );
        evidence.set("customer_name", None);
        assert!(!evidence.is_empty());
        evidence.set("receipt", None);
        assert!(evidence.is_empty());
        assert!(EVIDENCE.is_sorted());
    }

    #[test]
    fn three_words_decide() {
        let verdict = |text: &str| {
            let mut evidence = Evidence::default();
            evidence.set("uncategorized_text", Some(text));
            evidence.verdict()
        };
        assert_eq!(verdict("winning_evidence"), Some(Verdict::Won));
        assert_eq!(verdict("losing_evidence"), Some(Verdict::Lost));
        assert_eq!(verdict("escalate_inquiry_evidence"), Some(Verdict::Escalated));
        assert_eq!(verdict("the parcel was signed for"), None);
    }
}
