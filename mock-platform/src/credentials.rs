//! What a run hands out: ids and secrets in the real formats, drawn from the seed.

use mock_core::World;
use uuid::Uuid;

/// The ids and secrets of one platform. The same seed gives the same ones in every run, so that what was copied into an
/// environment file once stays valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The Dataverse organization.
    pub organization_id: Uuid,
    /// The Entra tenant.
    pub tenant_id: Uuid,
    /// The application (client) id that the completion service signs in as.
    pub client_id: Uuid,
    /// Its secret.
    pub client_secret: String,
    /// The Stripe account.
    pub account_id: String,
    /// The secret key of Stripe's test mode.
    pub stripe_key: String,
    /// The signing secret of the completion service's webhook endpoint.
    pub webhook_secret: String,
    /// The token of the sample web application.
    pub web_application_token: String,
}

impl Credentials {
    /// Draws them from a world that has drawn none yet, and tells the world which of them are secret.
    pub fn draw(world: &World) -> Self {
        let ids = world.ids();
        let drawn = Self {
            organization_id: ids.uuid("organization", ""),
            tenant_id: ids.uuid("tenant", ""),
            client_id: ids.uuid("client", ""),
            // The form that Entra gives: 40 characters, the fourth to sixth of them `8Q~`.
            client_secret: format!(
                "{}8Q~{}",
                ids.base62("client secret", "head", 3),
                ids.base62("client secret", "", 34)
            ),
            account_id: format!("acct_1{}", ids.base62("stripe account", "", 15)),
            stripe_key: format!("sk_test_51{}", ids.base62("stripe key", "", 97)),
            webhook_secret: format!("whsec_{}", ids.base62("webhook secret", "", 32)),
            web_application_token: ids.base62("web application token", "", 64),
        };
        let secrets = world.secrets();
        secrets.register("client secret", &drawn.client_secret);
        secrets.register("stripe key", &drawn.stripe_key);
        secrets.register("webhook secret", &drawn.webhook_secret);
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::Credentials;
    use mock_core::World;

    fn draw(seed: u64) -> Credentials {
        Credentials::draw(&World::builder().seed(seed).build())
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn they_have_the_real_forms_and_are_masked() {
        let world = World::builder().seed(9).build();
        let drawn = Credentials::draw(&world);
        assert_eq!(drawn.client_secret.len(), 40);
        assert_eq!(drawn.stripe_key.len(), 107);
        assert_eq!(drawn.webhook_secret.len(), 38);
        for secret in [&drawn.client_secret, &drawn.stripe_key, &drawn.webhook_secret] {
            assert!(!world.secrets().mask(&format!("a {secret} b")).contains(secret.as_str()));
        }
    }
}
