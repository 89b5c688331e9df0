//! The access token for Dataverse: client credentials, kept until shortly before its end.

use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::config::{Config, Secret};
use crate::outgoing::send;
use crate::time;
use crate::trouble::Trouble;

/// A token, and the time since 1970 until which it is used.
type Kept = (Secret, Duration);

/// Fetches the token and keeps it. Who needs one while it is fetched waits for that one.
#[derive(Debug)]
pub(crate) struct Tokens {
    client: Client,
    url: String,
    form: Secret,
    kept: Mutex<Option<Kept>>,
}

impl Tokens {
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &config.client_id)
            .append_pair("client_secret", config.client_secret.expose())
            .append_pair("scope", &format!("{}/.default", config.dataverse))
            .finish();
        Self { client, url: config.token_url.clone(), form: Secret::new(form), kept: Mutex::default() }
    }

    /// A token other than `refused`.
    pub(crate) async fn get(&self, refused: Option<&Secret>) -> Result<Secret, Trouble> {
        let mut kept = self.kept.lock().await;
        if let Some((token, until)) = &*kept
            && Some(token) != refused
            && time::now() < *until
        {
            return Ok(token.clone());
        }
        *kept = None;
        let (token, until) = self.fetch().await?;
        *kept = Some((token.clone(), until));
        Ok(token)
    }

    async fn fetch(&self) -> Result<Kept, Trouble> {
        let request = self.client.post(&self.url).header("content-type", "application/x-www-form-urlencoded");
        let answer = send("the token endpoint", request.body(self.form.expose().to_owned())).await?;
        match answer.status {
            200 => read(&answer.body, time::now()).ok_or_else(|| Trouble::broken("the token endpoint gave no token")),
            408 | 429 | 500.. => {
                Err(Trouble::passing(format!("the token endpoint answered {}", answer.status), answer.wait()))
            }
            status => Err(Trouble::broken(format!("the token endpoint refused us with {status}"))),
        }
    }
}

/// The lifetime is a number, or text as older endpoints write it; where it is missing, five minutes.
fn read(body: &[u8], now: Duration) -> Option<Kept> {
    let granted: Value = serde_json::from_slice(body).ok()?;
    let token = granted.get("access_token")?.as_str()?;
    let told = granted.get("expires_in");
    let seconds = told.and_then(|told| told.as_u64().or_else(|| told.as_str()?.trim().parse().ok())).unwrap_or(300);
    let life = Duration::from_secs(seconds.min(86_400));
    // It should not end on its way.
    let used = life.saturating_sub(Duration::from_secs(120)).max(life / 2);
    let travels = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    travels.then(|| (Secret::new(token), now + used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_in_every_spelling() {
        for (body, expect) in [
            (r#"{"access_token":"a.b","expires_in":3599}"#, Some(3_479)),
            (r#"{"access_token":"a.b","expires_in":"3599"}"#, Some(3_479)),
            (r#"{"access_token":"a.b","expires_in":60}"#, Some(30)),
            (r#"{"access_token":"a.b"}"#, Some(180)),
            (r#"{"access_token":"a.b","expires_in":{}}"#, Some(180)),
            (r#"{"access_token":"a\nb"}"#, None),
            (r#"{"access_token":""}"#, None),
            (r#"{"expires_in":1}"#, None),
            ("<html>", None),
        ] {
            let used = read(body.as_bytes(), Duration::ZERO).map(|(_, until)| until.as_secs());
            assert_eq!(used, expect, "{body}");
        }
    }
}
