//! Opens pages, sends forms, and says where the buyer ended.

use std::collections::BTreeMap;
use std::time::Duration;

use http::header;
use mock_core::http_client;
use scraper::{Html, Selector};
use thiserror::Error;
use url::Url;

use super::form::fill;
use super::means::Means;

/// How many redirects are followed for one step.
const MOST_REDIRECTS: usize = 10;
/// How long one step may take: the page waits for the webhook endpoint before it sends the buyer on.
const LIMIT: Duration = Duration::from_secs(30);

/// Why the buyer could not go on. It is the bench's or the page's fault, never a declined card.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BuyerError {
    /// Nothing answered.
    #[error("failed to open {url}: {why}")]
    Unreachable {
        /// What was opened.
        url: String,
        /// What happened.
        why: String,
    },
    /// It is no page.
    #[error("{url} answered {status} instead of a page")]
    Status {
        /// What was opened.
        url: String,
        /// The status.
        status: u16,
    },
    /// A redirect leads nowhere, or round in circles.
    #[error("{url} redirects without an end or without a target")]
    Redirects {
        /// What was opened.
        url: String,
    },
    /// The page does not take what the buyer wants to pay with.
    #[error("{url} does not take {means}, only {offered}")]
    NotOffered {
        /// The page.
        url: String,
        /// What the buyer has.
        means: String,
        /// What the page takes, in Stripe's words.
        offered: String,
    },
}

/// A page that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its URL, after redirects.
    pub url: Url,
    /// Its HTML.
    pub html: String,
}

/// How a try to pay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The payment was made, or will be (a debit).
    Paid,
    /// The page asks to try again.
    Declined,
    /// The page takes no payment (any more).
    Closed,
}

/// How a try to pay ended, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    /// How.
    pub end: End,
    /// Where the browser was sent when it left the payment provider's pages; `None` when it stayed there.
    pub landed: Option<String>,
    /// The last page of the payment provider; after a decline it can be filled in again.
    pub page: Page,
}

impl Page {
    /// The page's text on one line.
    pub fn text(&self) -> String {
        self.text_of("body").unwrap_or_default()
    }

    /// What the page has to tell the buyer: its alert or its heading, else its whole text.
    pub fn says(&self) -> String {
        let told = ["[role=alert]", "h1"].into_iter().find_map(|part| self.text_of(part));
        told.unwrap_or_else(|| self.text())
    }

    fn text_of(&self, selector: &str) -> Option<String> {
        let part = Selector::parse(selector).ok()?;
        let document = Html::parse_document(&self.html);
        let words: Vec<&str> = document.select(&part).next()?.text().flat_map(str::split_whitespace).collect();
        let text: String = words.join(" ").chars().take(300).collect();
        (!text.is_empty()).then_some(text)
    }

    /// Whether it has a form to pay with.
    pub fn takes_payment(&self) -> bool {
        fill(&self.url, &self.html, &Means::card()).is_some()
    }
}

/// A browser with its cookies.
#[derive(Clone, Debug)]
pub struct Buyer {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

enum Step {
    Page(Page),
    Left(String),
}

impl Default for Buyer {
    fn default() -> Self {
        Self::new()
    }
}

impl Buyer {
    /// A fresh browser for pages in plain http.
    pub fn new() -> Self {
        Self::over(http_client())
    }

    /// A fresh browser that calls through `http`, which trusts whoever vouches for the pages.
    pub fn over(http: reqwest::Client) -> Self {
        Self { http, cookies: BTreeMap::new() }
    }

    /// Opens a hosted page, or a link that redirects to one.
    pub async fn open(&mut self, url: &str) -> Result<Page, BuyerError> {
        let url: Url = url
            .parse()
            .map_err(|_| BuyerError::Unreachable { url: url.to_owned(), why: "this is no URL".to_owned() })?;
        match self.go(url, None, true).await? {
            Step::Page(page) => Ok(page),
            Step::Left(url) => Err(BuyerError::Redirects { url }),
        }
    }

    /// Fills the page's form in and sends it.
    pub async fn pay(&mut self, page: &Page, means: &Means) -> Result<Bought, BuyerError> {
        let Some(filled) = fill(&page.url, &page.html, means) else {
            return Ok(Bought { end: End::Closed, landed: None, page: page.clone() });
        };
        if !filled.offered.is_empty() && !filled.offered.iter().any(|way| way == means.kind()) {
            let offered = filled.offered.join(", ");
            return Err(BuyerError::NotOffered { url: page.url.to_string(), means: means.shown(), offered });
        }
        match self.go(filled.action, Some(&filled.fields), false).await? {
            Step::Left(landed) => Ok(Bought { end: End::Paid, landed: Some(landed), page: page.clone() }),
            // The form again: the page says why, and lets the buyer try once more.
            Step::Page(after) if after.takes_payment() => Ok(Bought { end: End::Declined, landed: None, page: after }),
            Step::Page(after) => {
                let end = if is_closed(&after) { End::Closed } else { End::Paid };
                Ok(Bought { end, landed: None, page: after })
            }
        }
    }

    /// Requests and follows redirects: at first wherever they lead, later only within the same origin.
    async fn go(&mut self, url: Url, form: Option<&[(String, String)]>, anywhere: bool) -> Result<Step, BuyerError> {
        let origin = url.origin();
        let mut url = url;
        let mut form = form;
        for _ in 0..MOST_REDIRECTS {
            let call = match form {
                Some(fields) => self.http.post(url.clone()).form(fields),
                None => self.http.get(url.clone()),
            };
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut call = call.timeout(LIMIT).header(header::ACCEPT, "text/html");
            if !cookies.is_empty() {
                call = call.header(header::COOKIE, cookies.join("; "));
            }
            let unreachable =
                |error: reqwest::Error| BuyerError::Unreachable { url: url.to_string(), why: error.to_string() };
            let response = call.send().await.map_err(unreachable)?;
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
                }
            }
            let status = response.status();
            if status.is_redirection() {
                let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
                let location = location.map(str::to_owned);
                let lost = || BuyerError::Redirects { url: url.to_string() };
                let target = location.as_deref().and_then(|location| url.join(location).ok()).ok_or_else(lost)?;
                if !anywhere && target.origin() != origin {
                    // As written: a return URL must arrive as it was given, not as a browser would tidy it.
                    return Ok(Step::Left(location.unwrap_or_default()));
                }
                url = target;
                form = None;
                continue;
            }
            let html = response.text().await.map_err(unreachable)?;
            // A declined card may be told with 402; the form on the page says what is possible.
            if !status.is_success() && status.is_server_error() {
                return Err(BuyerError::Status { url: url.to_string(), status: status.as_u16() });
            }
            return Ok(Step::Page(Page { url, html }));
        }
        Err(BuyerError::Redirects { url: url.to_string() })
    }
}

/// Whether a page without a form says that nothing can be paid here, rather than that it was.
fn is_closed(page: &Page) -> bool {
    let text = page.text().to_ascii_lowercase();
    ["no longer", "not active", "expired", "deactivated", "not found", "already been"]
        .iter()
        .any(|words| text.contains(words))
}
