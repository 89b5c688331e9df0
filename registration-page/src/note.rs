//! What a visitor's browser remembers of a registration until they come back: a cookie for this page alone. A payment returns to the bare origin,
//! which says nothing of who comes back. The page's script writes the same cookie.

use http::HeaderMap;
use http::header::COOKIE;

/// The cookie's name.
const NAME: &str = "payloop_registration";

/// The header that makes the browser forget.
pub(crate) const FORGET: &str = "payloop_registration=; Path=/; Max-Age=0; SameSite=Lax";

/// A registration that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// The event's readable id.
    pub(crate) event: String,
    /// How many were registered.
    pub(crate) people: usize,
    /// They wait for places.
    pub(crate) waiting: bool,
    /// The purchase, when there was something to pay.
    pub(crate) purchase: Option<String>,
}

impl Note {
    /// The note of a registration, or of an entry in the waiting list, that leads to this link, if to any.
    pub(crate) fn of(event: &str, people: usize, waiting: bool, link: Option<&str>) -> Self {
        let purchase = link.map(|link| {
            let url = url::Url::parse(link).ok();
            let id = url.and_then(|url| {
                url.query_pairs().find(|(name, _)| name == "purchaseId").map(|(_, value)| value.into_owned())
            });
            // A payment page of another make; there is something to pay all the same.
            id.unwrap_or_default()
        });
        Self { event: event.to_owned(), people, waiting, purchase }
    }

    /// The header that makes the browser remember, for as long as it is open.
    pub(crate) fn remember(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.append_pair("event", &self.event).append_pair("people", &self.people.to_string());
        if self.waiting {
            text.append_pair("waiting", "yes");
        }
        if let Some(purchase) = &self.purchase {
            text.append_pair("purchase", purchase);
        }
        format!("{NAME}={}; Path=/; SameSite=Lax", text.finish())
    }

    /// What a browser remembers; nothing when that makes no sense.
    pub(crate) fn recall(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let value = cookies
            .flat_map(|cookies| cookies.split(';'))
            .find_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))?;
        let (mut event, mut people, mut waiting, mut purchase) = (None, None, false, None);
        for (name, value) in form_urlencoded::parse(value.as_bytes()) {
            match &*name {
                "event" => event = Some(value.into_owned()),
                "people" => people = value.parse().ok(),
                "waiting" => waiting = true,
                "purchase" => purchase = Some(value.into_owned()),
                _ => {}
            }
        }
        Some(Self { event: event.filter(|event| !event.is_empty())?, people: people?, waiting, purchase })
    }
}

#[cfg(test)]
mod tests {
    use super::Note;
    use http::HeaderMap;
    use http::header::COOKIE;

    fn recalled(cookie: &str) -> Option<Note> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        Note::recall(&headers)
    }

    #[test]
    fn what_is_remembered_is_recalled() {
        for link in [None, Some("https://pay.test/?a=1&purchaseId=7f00&returnUrl=x"), Some("https://pay.test/other")] {
            let note = Note::of("Été; 1=2&3", 2, link.is_none(), link);
            let cookie = note.remember();
            let pair = cookie.split("; ").next().unwrap();
            assert_eq!(recalled(&format!("CrmOwinAuth=x; {pair}; z=1")), Some(note));
        }
    }

    #[test]
    fn nonsense_is_nothing() {
        for cookie in [
            "a=b",
            "payloop_registration=",
            "payloop_registration=event=&people=1",
            "payloop_registration=event=x&people=many",
        ] {
            assert_eq!(recalled(cookie), None, "{cookie}");
        }
    }
}
