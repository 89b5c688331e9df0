//! `payloop env`: what a service needs to reach a running platform, in the form that its language likes.

use mock_platform::{Endpoints, Seat};
use serde_json::{Map, Value, json};

use crate::args::{Env, Format};
use crate::exit_code::{Exit, Stop};
use crate::{authority, door, screen};

pub(crate) fn run(args: &Env) -> Result<Exit, Stop> {
    let (endpoints, port) = match &args.ready_file {
        Some(path) => {
            let endpoints: Endpoints = door::read(path, true)?;
            let port = args.port.or_else(|| seat_after(&endpoints)).ok_or_else(|| {
                Stop::usage("the ready file's control port leaves no room for a service; say --port N")
            })?;
            (endpoints, port)
        }
        None => {
            let too_high = || Stop::usage(format!("port base {} is too high; choose one up to 65529", args.port_base));
            let ca_cert = match &args.tls_ca {
                Some(path) => Some(authority::lasting(path)?.1),
                None if args.tls => Some(authority::planned(&authority::of_ports(args.port_base))?),
                None => None,
            };
            let endpoints = Endpoints::planned(args.seed, args.port_base, ca_cert).ok_or_else(too_high)?;
            let port = args.port_base.checked_add(Seat::Service as u16).ok_or_else(too_high)?;
            (endpoints, args.port.unwrap_or(port))
        }
    };
    let env = endpoints.service_env(port);
    screen::text(&match args.format {
        Format::Dotenv => dotenv(&env) + &remarks(&endpoints),
        Format::Json => pretty(&object(&env)),
        Format::Appsettings => pretty(&appsettings(&endpoints, &env)),
        Format::Shell => shell(&env) + &remarks(&endpoints),
    });
    Ok(Exit::Done)
}

/// The place behind the control port that `up` keeps for a service.
fn seat_after(endpoints: &Endpoints) -> Option<u16> {
    let control = url::Url::parse(&endpoints.control.url).ok()?;
    control.port()?.checked_add(Seat::Service as u16)
}

type Pairs = [(&'static str, String)];

/// Values are taken as they are by every reader of this format when they hold no blank, quote, `#` or `$`; ours do not, a path might.
fn dotenv(env: &Pairs) -> String {
    let line = |(name, value): &(&str, String)| {
        if is_plain(value) { format!("{name}={value}\n") } else { format!("{name}='{value}'\n") }
    };
    env.iter().map(line).collect::<Vec<_>>().concat()
}

fn shell(env: &Pairs) -> String {
    let line = |(name, value): &(&str, String)| format!("export {name}='{}'\n", value.replace('\'', r"'\''"));
    env.iter().map(line).collect::<Vec<_>>().concat()
}

/// What programs need to trust our authority that listen to no variable.
fn remarks(endpoints: &Endpoints) -> String {
    let Some(path) = &endpoints.ca_cert else { return String::new() };
    format!(
        "# Java reads a store of its own: keytool -importcert -noprompt -alias payloop -file '{}' -keystore payloop.p12 -storepass payloop\n\
         #   and then java -Djavax.net.ssl.trustStore=payloop.p12 -Djavax.net.ssl.trustStorePassword=payloop\n\
         # .NET heeds SSL_CERT_FILE on Linux only. docs/tls.md tells of these and others.\n",
        path.display()
    )
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'"' | b'#' | b'$' | b'`' | b'\\'))
}

fn object(env: &Pairs) -> Value {
    Value::Object(
        env.iter().map(|(name, value)| ((*name).to_owned(), Value::String(value.clone()))).collect::<Map<_, _>>(),
    )
}

/// The sections that .NET services commonly bind, beside the plain names that configuration reads as well.
fn appsettings(endpoints: &Endpoints, env: &Pairs) -> Value {
    let port = env.iter().find(|(name, _)| *name == "PORT").map_or("", |(_, value)| value);
    let mut settings = json!({
        "Urls": format!("http://127.0.0.1:{port}"),
        "Dataverse": {
            "Url": endpoints.dataverse.url,
            "ApiVersion": endpoints.dataverse.api_version,
        },
        "Entra": {
            "Authority": endpoints.entra.authority,
            "TenantId": endpoints.entra.tenant_id,
            "TokenUrl": endpoints.entra.token_url,
            "ClientId": endpoints.entra.client_id,
            "ClientSecret": endpoints.entra.client_secret,
        },
        "Stripe": {
            "ApiBase": endpoints.stripe.api_base,
            "ApiKey": endpoints.stripe.api_key,
            "WebhookSecret": endpoints.stripe.webhook_secret,
        },
        "AllowedReturnOrigins": endpoints.allowed_return_origins(),
    });
    if let (Some(settings), Value::Object(plain)) = (settings.as_object_mut(), object(env)) {
        settings.extend(plain);
    }
    settings
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::{dotenv, shell};

    #[test]
    fn odd_values_stay_one_word() {
        let env = [("SSL_CERT_FILE", "/tmp/it's here/ca.pem".to_owned())];
        assert_eq!(shell(&env), "export SSL_CERT_FILE='/tmp/it'\\''s here/ca.pem'\n");
        assert_eq!(dotenv(&[("A", "b c".to_owned())]), "A='b c'\n");
        assert_eq!(dotenv(&[("A", "http://x:1,https://y".to_owned())]), "A=http://x:1,https://y\n");
    }
}
