//! Messages of the real platform that are not here: whoever calls one is told so, and not that there is no such message.

/// By name, in its order. <https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/actions> and `…/functions` list more;
/// these are those that services and tools call.
const ABSENT: &[&str] = &[
    "AddAppComponents",
    "AddListMembersList",
    "AddMemberList",
    "AddMembersTeam",
    "AddPrincipalToQueue",
    "AddPrivilegesRole",
    "AddSolutionComponent",
    "AddToQueue",
    "AddUserToRecordTeam",
    "BackgroundSendEmail",
    "CanBeReferenced",
    "CanBeReferencing",
    "CanManyToMany",
    "CloneAsPatch",
    "CloneAsSolution",
    "CloseIncident",
    "CommitAnnotationBlocksUpload",
    "CommitAttachmentBlocksUpload",
    "CommitFileBlocksUpload",
    "CreateCustomerRelationships",
    "CreateException",
    "CreateInstance",
    "CreatePolymorphicLookupAttribute",
    "DeleteFile",
    "DeleteMultiple",
    "DeleteOptionSet",
    "DeleteOptionValue",
    "DeprovisionLanguage",
    "DownloadBlock",
    "ExecuteCosmosSqlQuery",
    "ExecuteWorkflow",
    "ExpandCalendar",
    "ExportSolution",
    "ExportSolutionAsync",
    "ExportTranslation",
    "FetchXmlToQueryExpression",
    "FormatAddress",
    "GetFileSasUrl",
    "GetNextAutoNumberValue",
    "GetTimeZoneCodeByLocalizedName",
    "GrantAccess",
    "ImportSolution",
    "ImportSolutionAsync",
    "ImportTranslation",
    "InitializeAnnotationBlocksDownload",
    "InitializeAnnotationBlocksUpload",
    "InitializeAttachmentBlocksDownload",
    "InitializeAttachmentBlocksUpload",
    "InitializeFileBlocksDownload",
    "InitializeFileBlocksUpload",
    "InitializeFrom",
    "InsertOptionValue",
    "InsertStatusValue",
    "InstantiateTemplate",
    "IsDataEncryptionActive",
    "IsValidStateTransition",
    "LocalTimeFromUtcTime",
    "LoseOpportunity",
    "Merge",
    "ModifyAccess",
    "OrderOption",
    "PickFromQueue",
    "PublishAllXml",
    "PublishDuplicateRule",
    "PublishXml",
    "QualifyLead",
    "QueryExpressionToFetchXml",
    "QueryMultipleSchedules",
    "QuerySchedule",
    "ReleaseToQueue",
    "RemoveFromQueue",
    "RemoveMembersTeam",
    "RemovePrivilegeRole",
    "RemoveSolutionComponent",
    "RemoveUserFromRecordTeam",
    "RetrieveAadUserRoles",
    "RetrieveAllEntities",
    "RetrieveAttributeChangeHistory",
    "RetrieveAuditDetails",
    "RetrieveAvailableLanguages",
    "RetrieveDependenciesForDelete",
    "RetrieveDependentComponents",
    "RetrieveDuplicates",
    "RetrieveEntity",
    "RetrieveEntityChanges",
    "RetrieveInstalledLanguagePacks",
    "RetrieveLocLabels",
    "RetrieveMetadataChanges",
    "RetrieveMissingDependencies",
    "RetrieveOrganizationInfo",
    "RetrieveOrganizationResources",
    "RetrievePrincipalAccess",
    "RetrievePrincipalAccessInfo",
    "RetrievePrivilegeSet",
    "RetrieveProvisionedLanguages",
    "RetrieveRecordChangeHistory",
    "RetrieveRequiredComponents",
    "RetrieveRolePrivilegesRole",
    "RetrieveSharedPrincipalsAndAccess",
    "RetrieveTeamPrivileges",
    "RetrieveTimestamp",
    "RetrieveTotalRecordCount",
    "RetrieveUnpublished",
    "RetrieveUnpublishedMultiple",
    "RetrieveUserLicenseInfo",
    "RetrieveUserPrivilegeByPrivilegeId",
    "RetrieveUserPrivilegeByPrivilegeName",
    "RetrieveUserPrivileges",
    "RevokeAccess",
    "SendAppNotification",
    "SendEmail",
    "SendEmailFromTemplate",
    "SetState",
    "StageSolution",
    "UninstallSolutionAsync",
    "UpdateOptionSet",
    "UpdateOptionValue",
    "UpdateStateValue",
    "UploadBlock",
    "UtcTimeFromLocalTime",
    "WinOpportunity",
    "WinQuote",
];

/// Whether the real platform has a message of that name, and this one has not.
pub(crate) fn is_absent(name: &str) -> bool {
    ABSENT.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{ABSENT, is_absent};

    #[test]
    fn the_names_stand_in_order() {
        assert!(ABSENT.is_sorted() && ABSENT.iter().all(|name| is_absent(name)));
        assert!(!is_absent(""));
    }

    #[test]
    fn what_is_here_is_not_absent() {
        let world = mock_core::World::builder().build();
        let dataverse = crate::Dataverse::new(&world, crate::Config::default()).unwrap();
        let here = dataverse.operations().iter().map(|operation| operation.name.as_str());
        assert_eq!(here.filter(|name| is_absent(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
