//! A column: its name, its type with limits, and what may be done with it.

/// One value of a choice column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The number on the wire.
    pub value: i32,
    /// The text that the formatted-value annotation shows.
    pub label: String,
    /// For a status reason: the state it belongs to.
    pub state: Option<i32>,
}

/// What happens to rows that point at a row when that row is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeleteRule {
    /// The lookup becomes null.
    #[default]
    RemoveLink,
    /// The pointing rows are deleted too.
    Cascade,
    /// The deletion is refused (0x80040227).
    Restrict,
}

/// The type of a column with its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    /// Text of at most `max` characters.
    Text {
        /// Longest text, in characters.
        max: u32,
    },
    /// Whole number within bounds.
    Int {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// 64-bit whole number (`versionnumber`).
    BigInt,
    /// Exact decimal number.
    Decimal {
        /// Most digits after the point.
        precision: u32,
    },
    /// Amount of money in the row's currency, in major units.
    Money {
        /// Most digits after the point.
        precision: u32,
        /// The column that holds the same amount in the organization's base currency.
        base: Option<String>,
    },
    /// Yes or no.
    Bool {
        /// Value of a new row.
        default: bool,
    },
    /// One of a list of numbered options.
    Choice {
        /// Value of a new row; `None` leaves it null.
        default: Option<i32>,
        /// The options, by number.
        options: Vec<Choice>,
    },
    /// Any number of a list of numbered options; kept and sent as their numbers in order, joined by commas.
    MultiChoice {
        /// The options, by number.
        options: Vec<Choice>,
    },
    /// `statecode`.
    State {
        /// The states; the first is the default.
        options: Vec<Choice>,
    },
    /// `statuscode`: each option belongs to a state.
    Status {
        /// The status reasons; the first of a state is that state's default.
        options: Vec<Choice>,
    },
    /// Instant in UTC, whole seconds on the wire.
    DateTime,
    /// Calendar date without time.
    DateOnly,
    /// Reference to a row of another table.
    Lookup {
        /// Logical names of the tables it may point at.
        targets: Vec<String>,
        /// Name of the single-valued navigation property (case matters).
        navigation: String,
        /// Schema name of the relationship, which names the collection on the other side.
        relationship: Option<String>,
        /// What the deletion of the target does.
        on_delete: DeleteRule,
    },
    /// A GUID that is not a lookup: the primary id and ids of things outside.
    Guid,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks of a column, as its file lists them")]
pub struct Column {
    /// Logical name, always lower case.
    pub name: String,
    /// Type and limits.
    pub kind: ColumnType,
    /// Marked as required in the maker's form; the Web API does not enforce it.
    pub required: bool,
    /// Callers of the Web API may not write it: given values are ignored, as the service does with system columns.
    pub read_only: bool,
    /// Every change of its value is kept in the row's history.
    pub tracked: bool,
    /// Rows can be found by its value without a scan.
    pub indexed: bool,
    /// Rows can be read in the order of its values without sorting.
    pub ordered: bool,
    /// It is set when a row is made and never changes: values of later writes are passed over.
    pub fixed: bool,
    /// Text columns whose texts, with blanks between them, it is, unless a write sets it.
    pub joined: Vec<String>,
    /// Two columns whose difference it is (`first - second`), kept by the store unless a write sets it.
    pub difference: Option<(String, String)>,
    /// Why the name or the type is not the real one; `None` for names that public documents show.
    pub placeholder: Option<String>,
}

impl Column {
    /// The name under which a query reads the value: `_x_value` for a lookup, else the logical name.
    pub fn read_name(&self) -> String {
        if self.is_lookup() { format!("_{}_value", self.name) } else { self.name.clone() }
    }

    /// True for references to other rows.
    pub fn is_lookup(&self) -> bool {
        matches!(self.kind, ColumnType::Lookup { .. })
    }

    /// True for amounts of money.
    pub fn is_money(&self) -> bool {
        matches!(self.kind, ColumnType::Money { .. })
    }

    /// The options of a choice, multi-select choice, state or status column; empty for other types.
    pub fn options(&self) -> &[Choice] {
        match &self.kind {
            ColumnType::Choice { options, .. }
            | ColumnType::MultiChoice { options }
            | ColumnType::State { options }
            | ColumnType::Status { options } => options,
            _ => &[],
        }
    }

    /// The navigation property's name, for lookups.
    pub fn navigation(&self) -> Option<&str> {
        match &self.kind {
            ColumnType::Lookup { navigation, .. } => Some(navigation),
            _ => None,
        }
    }

    /// The only table this lookup may point at; `None` when it is no lookup or has several targets.
    pub fn single_target(&self) -> Option<&str> {
        match &self.kind {
            ColumnType::Lookup { targets, .. } if targets.len() == 1 => targets.first().map(String::as_str),
            _ => None,
        }
    }
}
