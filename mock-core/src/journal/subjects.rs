//! Finds the GUIDs that an exchange is about.

use uuid::Uuid;

/// How many different GUIDs of one exchange are kept; a page of a list can hold thousands.
const MOST: usize = 32;

/// Every different GUID written in `bytes` in the hyphenated form, in order of appearance, at most 32.
pub fn guids_in(bytes: &[u8], found: &mut Vec<Uuid>) {
    for dash in memchr::memchr_iter(b'-', bytes) {
        if found.len() == MOST {
            return;
        }
        let Some(start) = dash.checked_sub(8) else { continue };
        let Some(candidate) = bytes.get(start..start + 36) else { continue };
        if candidate.get(13) != Some(&b'-') || candidate.get(23) != Some(&b'-') {
            continue;
        }
        if let Ok(id) = Uuid::try_parse_ascii(candidate)
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::guids_in;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let mut found = Vec::new();
        guids_in(text.as_bytes(), &mut found);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn guids_are_found_wherever_they_stand() {
        const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";
        check(&format!("/set({ID})?x"), &[ID]);
        check(&format!("{} again {ID}", ID.to_uppercase()), &[ID]);
        check(&format!("metadata[order_id]={ID}"), &[ID]);
        check("a-b-c-d-e", &[]);
        check("a4d9e358-949f-f011-bbd3-6045bd02f64", &[]);
        check("-", &[]);
    }
}
