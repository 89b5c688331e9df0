//! Bodies: columns of a table, arguments of the operations, links, batches and forms.

use serde_json::{Map, Value, json};

use super::grower::Grower;
use super::names::{Kind, Named};

impl Grower<'_> {
    /// The JSON body of a request about a table.
    pub(super) fn body(&mut self, table: &Named) -> Vec<u8> {
        let text = match self.below(24) {
            0..=13 => Value::Object(self.fields(table, 2)).to_string(),
            14..=17 => self.arguments().to_string(),
            18..=20 => match self.below(3) {
                0 => json!({"value": self.value(&Kind::Text)}).to_string(),
                1 => json!({"@odata.id": format!("{}({})", table.set, self.id())}).to_string(),
                _ => json!({"@odata.id": self.hostile()}).to_string(),
            },
            21 => {
                let deep = self.one(&["[", "{\"a\":", "{\"parentcontactid\":", "[[{\"x\":["]);
                deep.repeat(1 + self.below(400))
            }
            22 => self
                .one(&[
                    "",
                    " ",
                    "null",
                    "1",
                    "[]",
                    "\"x\"",
                    "{}",
                    "{",
                    "{\"a\":1,\"a\":2}",
                    "{\"\":1}",
                    "{\"a\\u0000b\":1}",
                    "\u{feff}{}",
                ])
                .to_owned(),
            _ => self.hostile(),
        };
        let text = self.spoiled(text);
        let mut bytes = text.into_bytes();
        if self.rarely(60) {
            bytes.extend([0xff, 0xc3, 0x00]);
        }
        bytes
    }

    /// Columns with values, most of them fitting.
    fn fields(&mut self, table: &Named, depth: usize) -> Map<String, Value> {
        let mut fields = Map::new();
        for _ in 0..self.below(6) {
            let (name, kind) = &table.columns[self.below(table.columns.len())];
            match kind {
                Kind::Lookup { navigation, target } if self.rarely(2) && depth > 0 => {
                    let inner = self.names.tables.iter().find(|table| table.set == *target);
                    let value = inner.map_or(Value::Null, |inner| Value::Object(self.fields(inner, depth - 1)));
                    fields.insert(navigation.clone(), value);
                }
                Kind::Lookup { navigation, target } => {
                    let link = if self.rarely(20) { self.hostile() } else { format!("/{target}({})", self.id()) };
                    fields.insert(format!("{navigation}@odata.bind"), link.into());
                }
                kind => {
                    let value = self.value(kind);
                    fields.insert(name.clone(), value);
                }
            }
        }
        if depth > 0 && self.rarely(5) && !table.collections.is_empty() {
            let collection = table.collections[self.below(table.collections.len())].clone();
            let child = self.table();
            let rows = (0..self.below(3)).map(|_| Value::Object(self.fields(child, depth - 1))).collect();
            fields.insert(collection, Value::Array(rows));
        }
        if self.rarely(25) {
            fields.insert(self.hostile(), self.odd());
        }
        if self.rarely(8) {
            fields.insert(table.primary.clone(), self.id().into());
        }
        fields
    }

    /// A value of a column.
    fn value(&mut self, kind: &Kind) -> Value {
        if self.rarely(40) {
            return self.odd();
        }
        match kind {
            Kind::Text => self.one(&["Ada", "", "1,2", "O'Hara \u{1f9c0}", "\u{0}", "x\ny"]).into(),
            Kind::Number => self.one(&[&json!(1), &json!(-1), &json!(149.5), &json!(1e15), &json!(-1e300)]).clone(),
            Kind::Bool => self.rarely(2).into(),
            Kind::Moment => {
                self.one(&["2026-09-10T08:00:00Z", "2026-09-10T08:00:00.123+05:30", "1752-01-01T00:00:00Z", "x"]).into()
            }
            Kind::Date => self.one(&["2026-09-10", "2026-02-30", "x"]).into(),
            Kind::Id | Kind::Lookup { .. } => self.id().into(),
            Kind::Choice(options) => options.get(self.below(options.len())).copied().unwrap_or(7).into(),
        }
    }

    /// A value that fits hardly anything.
    fn odd(&mut self) -> Value {
        match self.below(8) {
            0 => Value::Null,
            1 => json!([1, [2, {"x": null}]]),
            2 => json!({"@odata.type": "#Microsoft.Dynamics.CRM.contact", "a": {}}),
            3 => json!(u64::MAX),
            4 => "a".repeat(1 + self.below(20_000)).into(),
            5 => json!(9_007_199_254_740_993_i64),
            6 => true.into(),
            _ => self.hostile().into(),
        }
    }

    /// Arguments of the actions that there are, under their names.
    fn arguments(&mut self) -> Value {
        let mut arguments = Map::new();
        for _ in 0..=self.below(5) {
            let name = self.one(&[
                "msevtmgt_purchaseid",
                "msevtmgt_paymentstatus",
                "PurchaseId",
                "ReadableEventId",
                "UserId",
                "Targets",
                "QuerySet",
                "JobName",
                "Target",
                "StartDateTime",
            ]);
            let value = match name {
                _ if self.rarely(20) => self.odd(),
                "msevtmgt_purchaseid" | "PurchaseId" | "UserId" => self.id().into(),
                "msevtmgt_paymentstatus" => {
                    self.one(&[&json!(100_000_001), &json!(100_000_000), &json!(7), &json!("100000001")]).clone()
                }
                "Targets" => {
                    let table = self.table();
                    let rows = (0..self.below(3)).map(|_| {
                        let mut row = self.fields(table, 0);
                        row.insert(
                            "@odata.type".to_owned(),
                            format!("Microsoft.Dynamics.CRM.{}", table.logical).into(),
                        );
                        row.insert("@odata.id".to_owned(), format!("{}({})", table.set, self.id()).into());
                        Value::Object(row)
                    });
                    Value::Array(rows.collect())
                }
                "QuerySet" => {
                    json!([{"@odata.type": "QueryExpression", "EntityName": self.table().logical, "Criteria": self.odd()}])
                }
                _ => "Gala1".into(),
            };
            arguments.insert(name.to_owned(), value);
        }
        Value::Object(arguments)
    }

    /// A batch of requests, some of them in change sets. Its boundary is `b`.
    pub(super) fn batch(&mut self, mut request: impl FnMut(&mut Self) -> (String, Vec<u8>)) -> Vec<u8> {
        let end = self.one(&["\r\n", "\n"]);
        let mut body = Vec::new();
        for _ in 0..=self.below(3) {
            body.extend(format!("--b{end}").into_bytes());
            let set = self.rarely(2);
            let boundary = if set { "c" } else { "b" };
            if set {
                body.extend(format!("Content-Type: multipart/mixed; boundary=c{end}{end}--c{end}").into_bytes());
            }
            for number in 0..=(if set { self.below(3) } else { 0 }) {
                if number > 0 {
                    body.extend(format!("{end}--{boundary}{end}").into_bytes());
                }
                let (line, content) = request(self);
                let id = self.one(&["Content-ID: 1", "Content-ID: 2", "Content-Transfer-Encoding: binary", "X: y"]);
                body.extend(format!("Content-Type: application/http{end}{id}{end}{end}{line} HTTP/1.1{end}Content-Type: application/json{end}{end}").into_bytes());
                body.extend(content);
            }
            if set {
                body.extend(format!("{end}--c--").into_bytes());
            }
            body.extend(end.as_bytes());
        }
        body.extend(b"--b--");
        body
    }

    /// The form of a token request: the right one, with fields left out, changed and added.
    pub(super) fn form(&mut self) -> Vec<u8> {
        let right = [
            ("grant_type", "client_credentials"),
            ("client_id", "1f3c9a52-6d07-4e1b-8a5e-0c7d2b914f60"),
            ("client_secret", "pay1Q~payloop-local-client-secret-0000000"),
            ("scope", "http://127.0.0.1:4402/.default"),
            ("resource", "http://127.0.0.1:4402"),
        ];
        let others = [
            ("grant_type", "password"),
            ("client_secret", "x"),
            ("scope", "openid"),
            ("scope", "/.default"),
            ("resource", ""),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", "eyJhbGciOiJSUzI1NiJ9.e30.AA"),
            ("client_assertion", ".."),
        ];
        let mut fields: Vec<String> = Vec::new();
        for (name, value) in right {
            match self.below(24) {
                23 => {}
                22 => fields.push(format!("{name}={}", self.hostile())),
                _ => fields.push(format!("{name}={value}")),
            }
        }
        if self.rarely(3) {
            let (name, value) = others[self.below(others.len())];
            let place = self.below(fields.len() + 1);
            fields.insert(place, format!("{name}={value}"));
        }
        self.spoiled(fields.join("&")).into_bytes()
    }
}
