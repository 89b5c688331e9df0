//! Who calls: a token that was given out for this organization and the application user behind it, or a browser that is signed in.

use http::{HeaderMap, Method, header};
use uuid::Uuid;

use super::{origin, pages};
use crate::dataverse::Dataverse;
use crate::fault::{Code, Fault};

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// `systemuserid`.
    pub(super) user: Uuid,
    /// The user has at least one security role.
    pub(super) has_role: bool,
    /// The user may act for others.
    pub(super) may_act: bool,
    /// The user who acts, when `user` is another for whom the request is made.
    pub(super) on_behalf: Option<Uuid>,
}

/// Why a caller is sent away.
#[derive(Debug)]
pub(super) enum Refused {
    /// 401 with the challenge: no token, or none that is good.
    Challenge,
    /// Known, but not allowed.
    Fault(Fault),
}

/// Finds the caller of a request for `base`, its scheme and host. Tokens are compared by digest and by the real time, as the service
/// that holds them does.
pub(super) fn identify(
    dataverse: &Dataverse,
    method: &Method,
    headers: &HeaderMap,
    base: &str,
) -> Result<Caller, Refused> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        let caller = without_token(dataverse, method, headers, base).ok_or(Refused::Challenge)?;
        return impersonated(dataverse, headers, caller).map_err(Refused::Fault);
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
    let caller = Caller { user, has_role: standing.has_role, may_act: standing.may_act, on_behalf: None };
    impersonated(dataverse, headers, caller).map_err(Refused::Fault)
}

/// The caller that brings no token: a page of the organization's own origin in a browser that is signed in, or anybody at all where the
/// configuration says so. Pages of other origins are nobody, whatever cookies come with them.
fn without_token(dataverse: &Dataverse, method: &Method, headers: &HeaderMap, base: &str) -> Option<Caller> {
    let wall = dataverse.world().clock().wall();
    let session = pages::secret(headers).filter(|_| origin::is_own(method, headers, base));
    if let Some(user) = session.and_then(|secret| dataverse.sessions().user(secret, wall)) {
        return Some(Caller { user, has_role: true, may_act: true, on_behalf: None });
    }
    let anonymous = dataverse.config().allow_anonymous && !origin::is_strange(headers, base);
    let user = dataverse.store().system_user();
    anonymous.then_some(Caller { user, has_role: true, may_act: false, on_behalf: None })
}

/// The headers that name the user for whom a request is made, each with the column that holds what it names.
const IMPERSONATION: [(&str, &str); 2] =
    [("callerobjectid", "azureactivedirectoryobjectid"), ("mscrmcallerid", "systemuserid")];

/// Whether a request is made for another user.
pub(super) fn impersonates(headers: &HeaderMap) -> bool {
    IMPERSONATION.iter().any(|(header, _)| headers.contains_key(*header))
}

/// The caller, or the user for whom the caller asks (facts/dataverse.md 13). Of the two headers the Entra object id counts first.
pub(super) fn impersonated(dataverse: &Dataverse, headers: &HeaderMap, caller: Caller) -> Result<Caller, Fault> {
    let named = IMPERSONATION.iter().find_map(|(header, column)| headers.get(*header).map(|value| (column, value)));
    let Some((column, value)) = named else { return Ok(caller) };
    let who = caller.account();
    if !caller.may_act {
        let text = format!("Principal user (Id={who}) is missing prvActOnBehalfOfAnotherUser privilege.");
        return Err(Fault::new(http::StatusCode::FORBIDDEN, Code::ACT_ON_BEHALF, text));
    }
    let id = value.to_str().ok().and_then(|text| Uuid::try_parse(text.trim()).ok());
    let id =
        id.ok_or_else(|| Fault::bad(Code::INVALID_ARGUMENT, "The id of the user to be impersonated is no GUID."))?;
    let user = dataverse.store().read(|data| data.find("systemuser", column, id).next().map(|row| row.id()));
    let user = user.ok_or_else(|| {
        let text = format!("The user with id {id} is not a member of the organization.");
        Fault::new(http::StatusCode::FORBIDDEN, Code::NOT_A_MEMBER, text)
    })?;
    // Both must have a privilege; a user that is no app's is taken to have a role.
    let has_role = caller.has_role && dataverse.standing_of(user).is_none_or(|standing| standing.has_role);
    Ok(Caller { user, has_role, may_act: caller.may_act, on_behalf: Some(who) })
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
    /// Whom the service protection limits count.
    pub(super) fn account(&self) -> Uuid {
        self.on_behalf.unwrap_or(self.user)
    }

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
