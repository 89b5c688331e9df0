//! Buildings and rooms on the wire.

use mock_dataverse::event_management::views::PlaceView;
use serde_json::{Map, Value};

/// Wire name and column of a building's fields. The composite address has no column.
const BUILDING: &[(&str, &str)] = &[
    ("name", "msevtmgt_name"),
    ("description", "msevtmgt_description"),
    ("addressComposite", ""),
    ("addressLine1", "msevtmgt_addressline1"),
    ("addressLine2", "msevtmgt_addressline2"),
    ("addressLine3", "msevtmgt_addressline3"),
    ("city", "msevtmgt_city"),
    ("stateProvince", "msevtmgt_stateprovince"),
    ("postalCode", "msevtmgt_postalcode"),
    ("country", "msevtmgt_country"),
    ("telephone1", "msevtmgt_telephone1"),
    ("telephone2", "msevtmgt_telephone2"),
    ("telephone3", "msevtmgt_telephone3"),
    ("email", "msevtmgt_email"),
    ("website", "msevtmgt_website"),
    ("accessibleToilets", "msevtmgt_accessibletoilets"),
    ("disabledAccess", "msevtmgt_disabledaccess"),
    ("disabledParking", "msevtmgt_disabledparking"),
    ("publicTelephoneAvailable", "msevtmgt_publictelephoneavailable"),
    ("wifiAvailable", "msevtmgt_wifiavailable"),
    ("wifiSSID", "msevtmgt_wifissid"),
    ("wifiPassword", "msevtmgt_wifipassword"),
    ("additionalFacilities", "msevtmgt_additionalfacilities"),
];

/// Wire name and column of a room's fields.
const ROOM: &[(&str, &str)] = &[
    ("name", "msevtmgt_name"),
    ("description", "msevtmgt_description"),
    ("disabledAccess", "msevtmgt_disabledaccess"),
];

/// A building.
pub(super) fn building(place: &PlaceView) -> Map<String, Value> {
    let mut object = object(place, BUILDING);
    object.insert("addressComposite".to_owned(), composite(place).into());
    object
}

/// A room.
pub(super) fn room(place: &PlaceView) -> Map<String, Value> {
    object(place, ROOM)
}

fn object(place: &PlaceView, fields: &[(&str, &str)]) -> Map<String, Value> {
    let value = |column: &str| match place.flags.get(column) {
        Some(flag) => Value::from(*flag),
        None => place.texts.get(column).cloned().into(),
    };
    let values = fields.iter().map(|(name, column)| ((*name).to_owned(), value(column)));
    std::iter::once(("id".to_owned(), place.id.to_string().into())).chain(values).collect()
}

/// The address in lines, as the platform composes addresses: the lines, then city, state and postal code, then the country.
fn composite(place: &PlaceView) -> Option<String> {
    let text = |column: &str| place.texts.get(column).map(String::as_str);
    let joined = |parts: &[Option<&str>], joint: &str| {
        let parts: Vec<&str> = parts.iter().copied().flatten().filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(joint))
    };
    let region = joined(&[text("msevtmgt_stateprovince"), text("msevtmgt_postalcode")], " ");
    let place = joined(&[text("msevtmgt_city"), region.as_deref()], ", ");
    joined(
        &[
            text("msevtmgt_addressline1"),
            text("msevtmgt_addressline2"),
            text("msevtmgt_addressline3"),
            place.as_deref(),
            text("msevtmgt_country"),
        ],
        "\r\n",
    )
}

#[cfg(test)]
mod tests {
    use super::composite;
    use mock_dataverse::event_management::views::PlaceView;

    #[track_caller]
    fn check(columns: &[(&str, &str)], expect: Option<&str>) {
        let texts = columns.iter().map(|(name, value)| (format!("msevtmgt_{name}"), (*value).to_owned())).collect();
        let place = PlaceView { id: uuid::Uuid::nil(), texts, flags: std::collections::BTreeMap::new() };
        assert_eq!(composite(&place).as_deref(), expect);
    }

    #[test]
    fn an_address_is_composed_of_what_there_is() {
        check(&[], None);
        check(&[("name", "Hall")], None);
        check(&[("city", "Oslo")], Some("Oslo"));
        check(&[("postalcode", "0150"), ("country", "Norway")], Some("0150\r\nNorway"));
        check(
            &[
                ("addressline1", "1 Quay"),
                ("addressline3", "Dock B"),
                ("city", "Redmond"),
                ("stateprovince", "WA"),
                ("postalcode", "98052"),
                ("country", "USA"),
            ],
            Some("1 Quay\r\nDock B\r\nRedmond, WA 98052\r\nUSA"),
        );
    }
}
