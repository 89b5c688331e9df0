//! Who calls: a token that was given out for this organization, and the application user behind it.

use http::{HeaderMap, header};
use uuid::Uuid;

use crate::dataverse::Dataverse;
use crate::fault::{Code, Fault};

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// `systemuserid`.
    pub(super) user: Uuid,
    /// The user has at least one security role.
    pub(super) has_role: bool,
}

/// Why a caller is sent away.
#[derive(Debug)]
pub(super) enum Refused {
    /// 401 with the challenge: no token, or none that is good.
    Challenge,
    /// Known, but not allowed.
    Fault(Fault),
}

/// Finds the caller. Tokens are compared by digest and by the real time, as the service that holds them does.
pub(super) fn identify(dataverse: &Dataverse, headers: &HeaderMap) -> Result<Caller, Refused> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        if dataverse.config().allow_anonymous {
            return Ok(Caller { user: dataverse.store().system_user(), has_role: true });
        }
        return Err(Refused::Challenge);
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let wall = dataverse.world().clock().wall();
    let issued = token.and_then(|token| dataverse.tokens().check(token, wall)).ok_or(Refused::Challenge)?;
    if !dataverse.is_resource(&issued.audience) {
        return Err(Refused::Challenge);
    }
    let standing = dataverse.standing(issued.tenant, issued.client_id);
    let Some(user) = standing.user else {
        let text = "The user is not a member of the organization.";
        return Err(Refused::Fault(Fault::new(http::StatusCode::FORBIDDEN, Code::NOT_A_MEMBER, text)));
    };
    if headers.contains_key("mscrmcallerid") || headers.contains_key("callerobjectid") {
        let text = format!("Principal user (Id={user}) is missing prvActOnBehalfOfAnotherUser privilege.");
        return Err(Refused::Fault(Fault::new(http::StatusCode::FORBIDDEN, Code::ACT_ON_BEHALF, text)));
    }
    Ok(Caller { user, has_role: standing.has_role })
}

/// What a caller wants to do with rows of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Privilege {
    Read,
    Create,
    Write,
    Delete,
}

impl Caller {
    /// Refuses a caller without a role (facts/dataverse.md 11.3).
    pub(super) fn require(&self, privilege: Privilege, table: &str) -> Result<(), Fault> {
        if self.has_role {
            return Ok(());
        }
        let verb = match privilege {
            Privilege::Read => "Read",
            Privilege::Create => "Create",
            Privilege::Write => "Write",
            Privilege::Delete => "Delete",
        };
        let text = format!(
            "Principal user (Id={user}, type=8, roleCount=0, privilegeCount=0, accessMode='4 Non-interactive') is missing prv{verb}{table} privilege for entity '{table}'. context.Caller={user}.",
            user = self.user
        );
        Err(Fault::new(http::StatusCode::FORBIDDEN, Code::PRIVILEGE, text))
    }
}
