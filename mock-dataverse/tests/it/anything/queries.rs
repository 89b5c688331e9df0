//! Query options by their own grammar.

use super::grower::Grower;
use super::names::{Kind, Named};

/// How deep sentences nest by their grammar; hostile ones go deeper.
const DEPTH: usize = 4;

const FUNCTIONS: &[&str] = &[
    "In",
    "NotIn",
    "Between",
    "Contains",
    "On",
    "OnOrAfter",
    "EqualUserId",
    "Today",
    "Last7Days",
    "LastXDays",
    "NextXYears",
    "OlderThanXMonths",
    "ContainValues",
    "Under",
    "InFiscalYear",
    "LastXHours",
    "ThisMonth",
    "Nothing",
];

impl Grower<'_> {
    /// All options of a URL.
    pub(super) fn query(&mut self, table: &Named) -> String {
        if self.rarely(3) {
            return String::new();
        }
        let mut options: Vec<String> = Vec::new();
        for _ in 0..=self.below(4) {
            let option = self.option(table);
            let name = option.split('=').next().unwrap_or_default();
            // An option that stands there twice is refused before anything else is looked at.
            if self.rarely(40) || options.iter().all(|known| known.split('=').next() != Some(name)) {
                options.push(self.spoiled(option));
            }
        }
        options.join("&")
    }

    fn option(&mut self, table: &Named) -> String {
        match self.below(46) {
            0..=9 => format!("$select={}", self.select(table)),
            10..=19 => format!("$filter={}", self.filter(table, "", DEPTH)),
            20..=25 => format!("$expand={}", self.expand(table, DEPTH)),
            26..=29 => format!("$orderby={}", self.list(3, ",", |grower| grower.order(table))),
            30 | 31 => format!("$apply={}", self.apply(table)),
            32 | 33 => {
                format!("$top={}", self.one(&["1", "2", "3", "5000", "0", "-1", "x", "99999999999999999999", "1.5"]))
            }
            34 | 35 => format!("$count={}", self.one(&["true", "true", "false", "True", "1", ""])),
            36 => format!("@p1={}", self.literal(&Kind::Text)),
            37 => {
                let name = self.one(&[
                    "$skiptoken",
                    "$skip",
                    "$id",
                    "fetchXml",
                    "sql",
                    "savedQuery",
                    "$search",
                    "$compute",
                    "$deltatoken",
                    "$format",
                    "annotations",
                    "$levels",
                ]);
                format!("{name}={}", self.hostile())
            }
            38 | 39 => format!("{}={}", self.hostile(), self.hostile()),
            _ => self.other_language(table),
        }
    }

    fn column(&mut self, table: &Named) -> String {
        if self.rarely(50) { self.hostile() } else { table.columns[self.below(table.columns.len())].0.clone() }
    }

    fn select(&mut self, table: &Named) -> String {
        self.list(4, ",", |grower| grower.column(table))
    }

    fn order(&mut self, table: &Named) -> String {
        let path = self.column_path(table, "");
        format!("{path}{}", self.one(&["", "%20desc", "%20asc", "", "", "%20desc", "%20down", "%20desc%20desc"]))
    }

    /// A column, here or over lookups; behind the variable of a lambda where there is one.
    fn column_path(&mut self, table: &Named, variable: &str) -> String {
        let (mut table, mut path) = (table, variable.to_owned());
        while self.rarely(4) {
            let Some((navigation, target)) = self.way(table) else { break };
            path.push_str(&navigation);
            path.push('/');
            let Some(next) = self.names.tables.iter().find(|table| table.set == target) else { break };
            table = next;
        }
        path.push_str(&self.column(table));
        path
    }

    fn way(&mut self, table: &Named) -> Option<(String, String)> {
        let ways: Vec<_> = table
            .columns
            .iter()
            .filter_map(|(_, kind)| match kind {
                Kind::Lookup { navigation, target } => Some((navigation.clone(), target.clone())),
                _ => None,
            })
            .collect();
        ways.get(self.below(ways.len())).cloned()
    }

    pub(super) fn literal(&mut self, kind: &Kind) -> String {
        match kind {
            _ if self.rarely(30) => self.hostile(),
            _ if self.rarely(12) => "null".to_owned(),
            Kind::Text => self.one(&["'Ada'", "'O''Hara'", "''", "'%25_%'", "'%F0%9F%A7%80'", "'%C4%B0'"]).to_owned(),
            Kind::Number => self
                .one(&["1", "-1", "10.50", "1e2", "0.00000000000000000000000000001", "79228162514264337593543950335"])
                .to_owned(),
            Kind::Bool => self.one(&["true", "false"]).to_owned(),
            Kind::Moment => self
                .one(&["2026-09-10T08:00:00Z", "2026-09-10", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z"])
                .to_owned(),
            Kind::Date => self.one(&["2026-09-10", "2026-13-01", "0001-01-01"]).to_owned(),
            Kind::Id | Kind::Lookup { .. } => self.id(),
            Kind::Choice(options) => options.get(self.below(options.len())).copied().unwrap_or(7).to_string(),
        }
    }

    /// A condition on rows of a table.
    fn filter(&mut self, table: &Named, variable: &str, depth: usize) -> String {
        let deeper = depth.saturating_sub(1);
        match self.below(if depth == 0 { 4 } else { 12 }) {
            0..=2 => {
                let (name, kind) = &table.columns[self.below(table.columns.len())];
                let operator =
                    self.one(&["eq", "ne", "eq", "ne", "eq", "gt", "ge", "lt", "le", "eq", "eq", "has", "in", "EQ"]);
                format!("{variable}{name}%20{operator}%20{}", self.literal(kind))
            }
            3 => {
                let test =
                    self.one(&["contains", "startswith", "endswith", "contains", "startswith", "tolower", "length"]);
                format!("{test}({},{})", self.column_path(table, variable), self.literal(&Kind::Text))
            }
            4 => format!("{}%20eq%20{}", self.column_path(table, variable), self.column_path(table, variable)),
            5 | 6 => {
                let (left, right) = (self.filter(table, variable, deeper), self.filter(table, variable, deeper));
                format!("{left}%20{}%20{right}", self.one(&["and", "or"]))
            }
            7 => format!("({})", self.filter(table, variable, deeper)),
            8 => format!("not%20({})", self.filter(table, variable, deeper)),
            9 => {
                let (column, value) =
                    (self.column(table), self.one(&["'1'", "1", "'2026-09-10'", "-1", "100000", "null"]));
                let name = self.one(FUNCTIONS);
                let shape = self.one(&[",PropertyValue=", ",PropertyValues=["]);
                let end = if shape.ends_with('[') { "]" } else { "" };
                let arguments = if self.rarely(4) { String::new() } else { format!("{shape}{value}{end}") };
                format!("{variable}Microsoft.Dynamics.CRM.{name}(PropertyName='{column}'{arguments})")
            }
            10 if !table.collections.is_empty() => {
                let collection = table.collections[self.below(table.collections.len())].clone();
                let (lambda, inner) = (self.one(&["any", "all"]), self.table());
                let inner = self.filter(inner, "x/", deeper);
                if self.rarely(4) {
                    format!("{variable}{collection}/any()")
                } else {
                    format!("{variable}{collection}/{lambda}(x:{inner})")
                }
            }
            _ => format!("{}%20eq%20@p1", self.column_path(table, variable)),
        }
    }

    fn expand(&mut self, table: &Named, depth: usize) -> String {
        let collection = self.rarely(2) && !table.collections.is_empty();
        let (name, inner) = if collection {
            (table.collections[self.below(table.collections.len())].clone(), self.table())
        } else {
            let way = self.way(table);
            let target = way.as_ref().and_then(|(_, set)| self.names.tables.iter().find(|table| table.set == *set));
            let name = way.map_or_else(|| self.hostile(), |(name, _)| name);
            (name, target.unwrap_or(&self.names.tables[0]))
        };
        if depth == 0 || self.rarely(3) {
            return name;
        }
        let options = self.list(3, ";", |grower| match grower.below(6) {
            0 | 1 => format!("$select={}", grower.select(inner)),
            2 => format!("$filter={}", grower.filter(inner, "", 1)),
            3 => format!("$orderby={}", grower.order(inner)),
            4 => format!("$expand={}", grower.expand(inner, depth - 1)),
            _ => format!("$top={}", grower.one(&["1", "0", "x"])),
        });
        format!("{name}({options})")
    }

    fn apply(&mut self, table: &Named) -> String {
        self.list(3, "/", |grower| match grower.below(5) {
            0 => format!("filter({})", grower.filter(table, "", 1)),
            1 => format!("groupby(({}))", grower.select(table)),
            2 => format!("groupby(({}),{})", grower.select(table), grower.aggregate(table)),
            3 => grower.aggregate(table),
            _ => format!("compute({}%20add%201%20as%20x)", grower.column(table)),
        })
    }

    fn aggregate(&mut self, table: &Named) -> String {
        let one = |grower: &mut Self| {
            if grower.rarely(3) {
                return "$count%20as%20n".to_owned();
            }
            let method = grower.one(&["sum", "average", "min", "max", "countdistinct", "median"]);
            format!(
                "{}%20with%20{method}%20as%20{}",
                grower.column_path(table, ""),
                grower.one(&["x", "y", "lastname", "1x", ""])
            )
        };
        format!("aggregate({})", self.list(3, ",", one))
    }
}
