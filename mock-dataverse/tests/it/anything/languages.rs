//! Questions in other languages than OData's, grown from the tables.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::grower::Grower;
use super::names::{Kind, Named};

/// How deep links and filters nest.
const DEPTH: usize = 3;

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// As FetchXML and SQL name a column.
fn logical(name: &str) -> &str {
    name.strip_prefix('_').and_then(|name| name.strip_suffix("_value")).unwrap_or(name)
}

impl Grower<'_> {
    /// `fetchXml`, `sql`, or a view by its id.
    pub(super) fn other_language(&mut self, table: &Named) -> String {
        match self.below(8) {
            0..=3 => format!("fetchXml={}", escaped(&self.fetch(table))),
            4..=6 => format!("sql={}", escaped(&self.sql(table))),
            _ => format!("{}={}", self.one(&["savedQuery", "userQuery"]), self.view()),
        }
    }

    fn view(&mut self) -> String {
        let views = self.names.tables.iter().find(|table| table.set == "savedqueries");
        let rows = views.map(|table| table.rows.as_slice()).unwrap_or_default();
        rows.get(self.below(rows.len())).cloned().unwrap_or_default()
    }

    /// A value as the text that stands between quotes.
    fn plain(&mut self, kind: &Kind) -> String {
        let literal = self.literal(kind);
        let text = percent_decode_str(&literal).decode_utf8_lossy().into_owned();
        text.trim_matches('\'').replace(['<', '&', '\'', '"'], "")
    }

    fn logical_column<'b>(&mut self, table: &'b Named) -> (&'b str, &'b Kind) {
        let (name, kind) = &table.columns[self.below(table.columns.len())];
        (logical(name), kind)
    }

    fn fetch(&mut self, table: &Named) -> String {
        let aggregate = self.rarely(4);
        let attributes = if aggregate {
            "aggregate='true'".to_owned()
        } else {
            self.list(2, " ", |grower| {
                grower
                    .one(&[
                        "",
                        "top='2'",
                        "count='2' page='1'",
                        "count='1' page='2'",
                        "distinct='true'",
                        "page='x'",
                        "no-lock='true'",
                    ])
                    .to_owned()
            })
        };
        let entity = self.inside(table, aggregate, DEPTH);
        let xml = format!("<fetch {attributes}><entity name='{}'>{entity}</entity></fetch>", table.logical);
        self.spoiled(xml)
    }

    fn inside(&mut self, table: &Named, aggregate: bool, depth: usize) -> String {
        self.list(4, "", |grower| match grower.below(if depth == 0 { 4 } else { 6 }) {
            0 | 1 => grower.attribute(table, aggregate),
            2 => {
                let (column, _) = grower.logical_column(table);
                format!("<order attribute='{column}' descending='{}'/>", grower.one(&["false", "true"]))
            }
            3 => grower.xml_filter(table, depth),
            _ => grower.link(table, depth, false, aggregate),
        })
    }

    fn attribute(&mut self, table: &Named, aggregate: bool) -> String {
        let (column, _) = self.logical_column(table);
        let alias = format!("a{}", self.below(1_000));
        if !aggregate {
            let alias = if self.rarely(3) { format!(" alias='{alias}'") } else { String::new() };
            return format!("<attribute name='{column}'{alias}/>");
        }
        let how = self.one(&[
            "aggregate='count'",
            "aggregate='countcolumn'",
            "aggregate='sum'",
            "aggregate='max'",
            "groupby='true'",
            "groupby='true' dategrouping='month'",
        ]);
        format!("<attribute name='{column}' alias='{alias}' {how}/>")
    }

    fn xml_filter(&mut self, table: &Named, depth: usize) -> String {
        let parts = self.list(3, "", |grower| match grower.below(if depth == 0 { 3 } else { 6 }) {
            3 => grower.xml_filter(table, depth - 1),
            4 => grower.link(table, depth, true, false),
            _ => grower.condition(table),
        });
        format!("<filter type='{}'>{parts}</filter>", self.one(&["and", "or"]))
    }

    fn condition(&mut self, table: &Named) -> String {
        let (column, kind) = self.logical_column(table);
        let operators: &[&str] = match kind {
            Kind::Text => &["eq", "ne", "like", "begins-with", "in", "null", "contain-values"],
            Kind::Moment | Kind::Date => &["on", "today", "last-x-days", "ge", "not-null", "olderthan-x-hours"],
            Kind::Id | Kind::Lookup { .. } => &["eq", "ne", "in", "eq-userid", "null"],
            _ => &["eq", "gt", "le", "between", "in", "null"],
        };
        let operator = self.one(operators);
        let values = match operator {
            "null" | "not-null" | "today" | "eq-userid" => String::new(),
            "last-x-days" | "olderthan-x-hours" => "<value>2</value>".to_owned(),
            "between" => format!("<value>{}</value><value>{}</value>", self.plain(kind), self.plain(kind)),
            _ => format!("<value>{}</value>", self.plain(kind)),
        };
        format!("<condition attribute='{column}' operator='{operator}'>{values}</condition>")
    }

    /// A link over a lookup, to it or from it.
    fn link(&mut self, table: &Named, depth: usize, filters: bool, aggregate: bool) -> String {
        let lookups: Vec<_> = table
            .columns
            .iter()
            .filter_map(|(name, kind)| match kind {
                Kind::Lookup { target, .. } => Some((logical(name), target.as_str())),
                _ => None,
            })
            .collect();
        let Some((column, target)) = lookups.get(self.below(lookups.len())).copied() else { return String::new() };
        let Some(target) = self.names.tables.iter().find(|table| table.set == target) else { return String::new() };
        let kinds: &[&str] = if filters {
            &["any", "not any", "all", "not all"]
        } else {
            &["inner", "outer", "exists", "matchfirstrowusingcrossapply"]
        };
        let kind = self.one(kinds);
        let inside = if filters || kind == "exists" {
            self.xml_filter(target, depth - 1)
        } else {
            self.inside(target, aggregate, depth - 1)
        };
        format!(
            "<link-entity name='{}' from='{}' to='{column}' link-type='{kind}'>{inside}</link-entity>",
            target.logical, target.primary
        )
    }

    fn sql(&mut self, table: &Named) -> String {
        let columns = self.list(3, ", ", |grower| {
            let (column, _) = grower.logical_column(table);
            match grower.below(6) {
                0 => format!("t.{column} AS a{}", grower.below(100)),
                1 => format!("COUNT({column}) AS n{}", grower.below(100)),
                _ => format!("t.{column}"),
            }
        });
        let condition = self.list(3, " AND ", |grower| {
            let (column, kind) = grower.logical_column(table);
            let value = grower.plain(kind);
            match grower.below(6) {
                0 => format!("{column} IS NOT NULL"),
                1 => format!("NOT t.{column} IN ('{value}', '{value}')"),
                2 => format!("({column} BETWEEN '{value}' AND '{value}' OR {column} IS NULL)"),
                3 => format!("{column} LIKE '%{value}'"),
                _ => format!("t.{column} {} '{value}'", grower.one(&["=", "<>", ">", "<="])),
            }
        });
        let (order, _) = self.logical_column(table);
        let top = self.one(&["", "TOP 2 ", "DISTINCT ", ""]);
        let sql = format!("SELECT {top}{columns} FROM {} t WHERE {condition} ORDER BY {order}", table.logical);
        self.spoiled(sql)
    }
}
