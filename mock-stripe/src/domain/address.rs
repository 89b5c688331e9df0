//! Addresses of buyers and parcels.

/// A postal address; every part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Town.
    pub city: Option<String>,
    /// Two-letter country.
    pub country: Option<String>,
    /// Street and number.
    pub line1: Option<String>,
    /// Floor, flat.
    pub line2: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// State or county.
    pub state: Option<String>,
}

/// Where something is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shipping {
    /// The address.
    pub address: Address,
    /// Who carries it.
    pub carrier: Option<String>,
    /// Who gets it.
    pub name: String,
    /// Their telephone number.
    pub phone: Option<String>,
    /// The parcel's number.
    pub tracking_number: Option<String>,
}
