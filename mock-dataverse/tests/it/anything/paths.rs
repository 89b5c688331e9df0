//! Paths: the templates of the published documents with something in the place of each variable.

use super::grower::Grower;
use super::names::{Kind, Named};

impl<'a> Grower<'a> {
    pub(super) fn table(&mut self) -> &'a Named {
        // Half of the time one that has rows.
        let known = ["contacts", "msevtmgt_eventpurchases", "new_badges", "transactioncurrencies"];
        let wanted = if self.rarely(2) { None } else { Some(self.one(&known)) };
        let names = self.names;
        let found = wanted.and_then(|set| names.tables.iter().find(|table| table.set == set));
        found.unwrap_or_else(|| &names.tables[self.below(names.tables.len())])
    }

    pub(super) fn id(&mut self) -> String {
        let names = self.names;
        names.ids[self.below(names.ids.len())].clone()
    }

    /// What stands in the parentheses behind a table's name.
    fn key(&mut self, table: &Named) -> String {
        match self.below(20) {
            0..=12 if !table.rows.is_empty() => table.rows[self.below(table.rows.len())].clone(),
            0..=14 => self.id(),
            15 | 16 if !table.keys.is_empty() => {
                let key = &table.keys[self.below(table.keys.len())];
                key.iter()
                    .map(|column| format!("{column}={}", self.literal_of(table, column)))
                    .collect::<Vec<_>>()
                    .join(",")
            }
            17 => {
                let (name, _) = &table.columns[self.below(table.columns.len())];
                format!("{name}={}", self.literal_of(table, name))
            }
            18 => format!("'{}'", self.id()),
            _ => self.hostile(),
        }
    }

    fn literal_of(&mut self, table: &Named, column: &str) -> String {
        let kind = table.columns.iter().find(|(name, _)| name.contains(column)).map_or(&Kind::Text, |(_, kind)| kind);
        self.literal(kind)
    }

    /// A column, a way to other rows, an operation.
    fn property(&mut self, table: &Named) -> String {
        match self.below(6) {
            0 | 1 => table.columns[self.below(table.columns.len())].0.clone(),
            2 => self.navigation(table).unwrap_or_else(|| "x".to_owned()),
            3 if !table.collections.is_empty() => table.collections[self.below(table.collections.len())].clone(),
            4 => self.operation(),
            _ => self.hostile(),
        }
    }

    /// A single-valued way to another row.
    pub(super) fn navigation(&mut self, table: &Named) -> Option<String> {
        let ways: Vec<&String> = table
            .columns
            .iter()
            .filter_map(|(_, kind)| match kind {
                Kind::Lookup { navigation, .. } => Some(navigation),
                _ => None,
            })
            .collect();
        ways.get(self.below(ways.len())).map(|name| (*name).clone())
    }

    pub(super) fn operation(&mut self) -> String {
        let names = self.names;
        let name = &names.operations[self.below(names.operations.len())];
        if self.rarely(2) { name.clone() } else { format!("Microsoft.Dynamics.CRM.{name}") }
    }

    /// The path of a template, and the table that it is about.
    pub(super) fn path(&mut self, template: &str) -> (String, &'a Named) {
        let table = self.table();
        let mut path = String::new();
        let mut rest = template;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, tail)| tail.split_once('}').map(|tail| (before, tail)))
        {
            path.push_str(before);
            let grown = match name {
                _ if self.rarely(40) => self.hostile(),
                "version" if self.rarely(30) => self.one(&["v9.999", "v7.0", "v9", "9.2"]).to_owned(),
                "version" => self.one(&["v9.2", "v9.1", "v9.0", "v8.2"]).to_owned(),
                "resource" if self.rarely(6) => {
                    self.operation().trim_start_matches("Microsoft.Dynamics.CRM.").to_owned()
                }
                "resource" | "set" => table.set.clone(),
                "purchaseId" if self.rarely(4) => self.id(),
                "purchaseId" => crate::support::guid(1).to_string(),
                "key" if template.contains("Definitions(") => self.definition_key(table),
                "key" | "member" => self.key(table),
                "arguments" => self
                    .one(&[
                        "AccessType='Default'",
                        "AccessType=@p1",
                        "AccessType=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
                        "AccessType=1",
                        "X=1",
                        "",
                    ])
                    .to_owned(),
                "property" if template.contains("Definitions(") => self
                    .one(&[
                        "Attributes",
                        "Keys",
                        "OneToManyRelationships",
                        "ManyToOneRelationships",
                        "LogicalName",
                        "DisplayName",
                    ])
                    .to_owned(),
                "property" => self.property(table),
                "operation" => self.operation(),
                "part" if !template.contains("Definitions") => self.property(table),
                "part" => self
                    .one(&[
                        "Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
                        "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
                        "Microsoft.Dynamics.CRM.MoneyAttributeMetadata",
                        "OptionSet",
                    ])
                    .to_owned(),
                "detail" => self.one(&["OptionSet", "GlobalOptionSet", "LogicalName", "x"]).to_owned(),
                "tenant" if self.rarely(6) => self.one(&["common", "organizations", "x", "contoso.example"]).to_owned(),
                "tenant" => self.one(&["payloop.onmicrosoft.com", "7c0d5a1e-3b48-4c62-9f17-5d2e8a60b3c4"]).to_owned(),
                _ => self.hostile(),
            };
            path.push_str(&grown);
            rest = after;
        }
        path.push_str(rest);
        (self.spoiled(path), table)
    }

    fn definition_key(&mut self, table: &Named) -> String {
        match self.below(4) {
            0 => self.id(),
            1 => format!("SchemaName='{}'", table.collections.first().map_or("x", String::as_str)),
            2 => format!("Name='{}'", table.logical),
            _ => format!("LogicalName='{}'", table.logical),
        }
    }
}
