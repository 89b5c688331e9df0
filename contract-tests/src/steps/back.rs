//! The browser after the payment: it follows where it is sent, as far as the service's own pages go.

use http::header;
use url::Url;

use crate::model::Stop;
use crate::runner::Ctx;

/// How many redirects of the service's own a browser follows.
const MOST_HOPS: usize = 5;

impl Ctx {
    /// Visits the address that buyers are sent back to, and follows redirects within the service. Pages elsewhere are none of the service's
    /// business and are not called. Says how many pages of the service were visited; what they answer is not judged.
    pub async fn come_back(&self, url: &str) -> Result<usize, Stop> {
        let ours = [self.urls().redirect.origin(), self.urls().notify.origin()];
        let mut next = Url::parse(url).ok();
        let mut visited = 0;
        while let Some(url) = next.take().filter(|url| ours.contains(&url.origin())) {
            if visited == MOST_HOPS {
                break;
            }
            visited += 1;
            self.step(format!("came back to {url}"));
            let call = self.http().get(url.clone()).timeout(self.profile().budgets.redirect.0);
            // A page that does not answer has not completed anything either; the journal and Dataverse tell.
            let Ok(answer) = call.header(header::ACCEPT, "text/html").send().await else { break };
            let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
            next = location.and_then(|location| url.join(location).ok());
        }
        Ok(visited)
    }
}
