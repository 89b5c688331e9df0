//! SQL: what it finds, how answers look, what is refused; and that it finds what OData finds.

use std::fmt::Write as _;

use insta::assert_snapshot;
use proptest::prelude::*;

use crate::fetch_xml::{escaped, listed, people, with_gaps};
use crate::support::{Answer, Org, guid};

async fn asked(org: &Org, set: &str, sql: &str) -> Answer {
    org.get(&format!("{set}?sql={}", escaped(sql))).await
}

/// The first names of the contacts for which a condition holds.
async fn check(org: &Org, condition: &str, expect: &[&str]) {
    let answer =
        asked(org, "contacts", &format!("SELECT firstname FROM contact WHERE {condition} ORDER BY firstname")).await;
    assert_eq!(answer.status, 200, "{condition}: {}", answer.body);
    assert_eq!(listed(&answer, "firstname"), expect, "{condition}");
}

#[tokio::test]
async fn conditions() {
    let org = people().await;
    check(&org, "lastname = 'NG'", &["Ada", "Cy"]).await;
    check(&org, "lastname = 'O''Hara'", &["Bo"]).await;
    check(&org, "lastname <> 'ng' AND NOT firstname != N'Bo'", &["Bo"]).await;
    check(&org, "creditlimit > 10.5", &["Cy"]).await;
    check(&org, "10.5 < creditlimit", &["Cy"]).await;
    check(&org, "creditlimit >= 10.5 and creditlimit <= +10.5", &["Ada", "Di"]).await;
    check(&org, "creditlimit < -1", &[]).await;
    check(&org, "statecode = 0 AND (firstname = 'Ada' OR firstname = 'Di')", &["Ada", "Di"]).await;
    check(&org, "firstname = 'Ada' OR firstname = 'Bo' AND lastname = 'x'", &["Ada"]).await;
    check(&org, "lastname LIKE '%g'", &["Ada", "Cy"]).await;
    check(&org, "lastname NOT LIKE '_g'", &["Bo", "Di"]).await;
    check(&org, "emailaddress1 LIKE '[a-c]%'", &["Ada", "Bo", "Cy"]).await;
    check(&org, "firstname IN ('ada', 'bo', NULL)", &["Ada", "Bo"]).await;
    check(&org, "firstname NOT IN ('ada', 'bo')", &["Cy", "Di"]).await;
    check(&org, "firstname NOT IN ('ada', NULL)", &[]).await;
    check(&org, "firstname BETWEEN 'B' AND 'Cz'", &["Bo", "Cy"]).await;
    check(&org, "firstname NOT BETWEEN 'B' AND 'Cz'", &["Ada", "Di"]).await;
    check(&org, "creditlimit IS NULL", &["Bo"]).await;
    check(&org, "NOT (creditlimit IS NULL OR firstname = 'Ada')", &["Cy", "Di"]).await;
    check(&org, "creditlimit = NULL", &[]).await;
    check(&org, "NOT creditlimit = NULL", &[]).await;
    check(&org, &format!("contactid = '{}'", guid(12)), &["Cy"]).await;
    check(&org, &format!("contactid > '{}'", guid(11)), &["Cy", "Di"]).await;
    check(&org, "createdon >= DATEADD(day, -1, GETUTCDATE())", &["Ada", "Bo", "Cy", "Di"]).await;
    check(&org, "createdon < DATEADD(hour, 1, '2026-09-10 06:00:00')", &[]).await;
    check(&org, "DATEADD(month, 1, DATEADD(year, -1, '2026-09-10')) < createdon", &["Ada", "Bo", "Cy", "Di"]).await;
    check(&org, "[lastname] = 'ng' -- the rest is a comment\n /* and this */ and \"firstname\" = 'Cy'", &["Cy"]).await;
}

#[tokio::test]
async fn columns_and_tables_by_other_names() {
    let org = people().await;
    let sql = "SELECT c.firstname AS first, c.lastname family, c.transactioncurrencyid FROM contact AS c WHERE c.firstname = 'Ada'";
    let prefer = [("prefer", "odata.include-annotations=\"*\"")];
    let answer = org.call("GET", &format!("contacts?sql={}", escaped(sql)), &prefer, "").await;
    assert_snapshot!(answer.whole());
    // Names are read without regard to case, and what is selected twice under its own name is there once.
    let answer =
        asked(&org, "contacts", "select FirstName, FIRSTNAME from Contact order by Contact.FirstName desc").await;
    assert_eq!(listed(&answer, "firstname"), ["Di", "Cy", "Bo", "Ada"]);
}

#[tokio::test]
async fn joins() {
    let org = people().await;
    let check = async |sql: &str, expect: &[&str]| {
        let answer = asked(&org, "contacts", sql).await;
        assert_eq!(answer.status, 200, "{sql}: {}", answer.body);
        let name = if answer.body.contains("b.new_name") { "b.new_name" } else { "badge" };
        let pairs = listed(&answer, "firstname").into_iter().zip(listed(&answer, name));
        assert_eq!(pairs.map(|(contact, badge)| format!("{contact} {badge}")).collect::<Vec<_>>(), expect, "{sql}");
    };
    let inner = "SELECT c.firstname, b.new_name FROM contact c INNER JOIN new_badge b ON c.contactid = b.new_contactid";
    check(&format!("{inner} ORDER BY b.new_number"), &["Ada Ada blue", "Ada Ada red", "Bo Bo blue"]).await;
    check(&format!("{inner} ORDER BY b.new_number DESC, c.firstname"), &["Bo Bo blue", "Ada Ada red", "Ada Ada blue"])
        .await;
    check(
        &format!("{inner} AND (b.new_colour = 1 OR b.new_number = 12) ORDER BY firstname"),
        &["Ada Ada red", "Bo Bo blue"],
    )
    .await;
    check(&format!("{inner} WHERE b.new_colour = 2 AND c.lastname = 'ng'"), &["Ada Ada blue"]).await;
    let left =
        "SELECT firstname, new_name AS badge FROM contact LEFT OUTER JOIN new_badge ON new_contactid = contactid";
    check(&format!("{left} ORDER BY firstname, badge"), &["Ada Ada blue", "Ada Ada red", "Bo Bo blue", "Cy -", "Di -"])
        .await;
    check(&format!("{left} WHERE new_badgeid IS NULL ORDER BY firstname"), &["Cy -", "Di -"]).await;
    check(&format!("{left} AND new_colour = 1 ORDER BY firstname"), &["Ada Ada red", "Bo -", "Cy -", "Di -"]).await;
    let two = "SELECT a.firstname, k.firstname AS badge FROM contact a JOIN new_badge b ON a.contactid = b.new_contactid JOIN contact k ON b.new_contactid = k.contactid";
    check(&format!("{two} ORDER BY b.new_number"), &["Ada Ada", "Ada Ada", "Bo Bo"]).await;
}

#[tokio::test]
async fn groups() {
    let org = people().await;
    let check = async |set: &str, sql: &str, expect: &str| {
        let answer = asked(&org, set, sql).await;
        assert_eq!(answer.status, 200, "{sql}: {}", answer.body);
        assert_eq!(answer.json()["value"].to_string(), expect, "{sql}");
    };
    check("contacts", "SELECT COUNT(*) AS n FROM contact WHERE statecode = 0", r#"[{"n":4}]"#).await;
    check(
        "contacts",
        "SELECT COUNT(creditlimit) AS n, COUNT(DISTINCT creditlimit) AS d, SUM(creditlimit) AS s, AVG(creditlimit) AS a, MIN(creditlimit) AS low, MAX(creditlimit) AS high FROM contact",
        r#"[{"n":3,"d":2,"s":1221.0,"a":407,"low":10.5,"high":1200}]"#,
    )
    .await;
    check(
        "contacts",
        "SELECT lastname, COUNT(*) AS n FROM contact GROUP BY lastname ORDER BY n DESC, lastname",
        r#"[{"lastname":"Ng","n":2},{"lastname":"O'Hara","n":1},{"lastname":"Zed","n":1}]"#,
    )
    .await;
    check(
        "contacts",
        "SELECT TOP 1 c.lastname AS family, SUM(b.new_number) AS s FROM contact c JOIN new_badge b ON c.contactid = b.new_contactid GROUP BY c.lastname ORDER BY c.lastname DESC",
        r#"[{"family":"O'Hara","s":12}]"#,
    )
    .await;
    let answer = asked(&org, "contacts", "SELECT DISTINCT lastname FROM contact ORDER BY lastname").await;
    assert_eq!(listed(&answer, "lastname"), ["Ng", "O'Hara", "Zed"]);
}

#[tokio::test]
async fn windows_and_pages() {
    let org = people().await;
    let first = "SELECT firstname FROM contact ORDER BY firstname";
    let window = async |sql: String| listed(&asked(&org, "contacts", &sql).await, "firstname");
    assert_eq!(window("SELECT TOP 2 firstname FROM contact ORDER BY firstname".to_owned()).await, ["Ada", "Bo"]);
    assert_eq!(window("SELECT TOP (1) firstname FROM contact ORDER BY firstname DESC".to_owned()).await, ["Di"]);
    assert_eq!(window("SELECT TOP 0 firstname FROM contact".to_owned()).await, Vec::<String>::new());
    assert_eq!(window(format!("{first} OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY")).await, ["Bo", "Cy"]);
    assert_eq!(window(format!("{first} OFFSET 3 ROWS")).await, ["Di"]);
    assert_eq!(window(format!("{first} OFFSET 9 ROW FETCH FIRST 1 ROW ONLY")).await, Vec::<String>::new());
    for (sql, expect) in [
        (first.to_owned(), vec![vec!["Ada", "Bo", "Cy"], vec!["Di"]]),
        (format!("{first} OFFSET 1 ROWS"), vec![vec!["Bo", "Cy", "Di"]]),
        ("SELECT TOP 4 firstname FROM contact ORDER BY firstname".to_owned(), vec![vec!["Ada", "Bo", "Cy"], vec!["Di"]]),
        ("SELECT c.firstname FROM contact c LEFT JOIN new_badge b ON c.contactid = b.new_contactid ORDER BY c.firstname OFFSET 1 ROWS".to_owned(), vec![vec!["Ada", "Bo", "Cy"], vec!["Di"]]),
    ] {
        let (mut path, mut pages) = (format!("contacts?sql={}", escaped(&sql)), Vec::new());
        loop {
            let answer = org.call("GET", &path, &[("prefer", "odata.maxpagesize=3")], "").await;
            pages.push(listed(&answer, "firstname"));
            match answer.json()["@odata.nextLink"].as_str() {
                Some(next) => path = next.strip_prefix(crate::support::ORG).unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(pages, expect, "{sql}");
    }
    org.world.switches().set("DV-SQL", None, "refused").unwrap();
    let answer = asked(&org, "contacts", "SELECT TOP 2 firstname FROM contact").await;
    assert_eq!(
        answer.error(),
        "400 0x80060888 The SQL query is not supported: TOP and OFFSET aren't supported: prefer odata.maxpagesize at character 0."
    );
}

#[tokio::test]
async fn what_is_not_taken_says_so() {
    let org = people().await;
    let many = format!(
        "SELECT firstname FROM contact c {}",
        (0..16).map(|n| format!("JOIN contact c{n} ON c.contactid = c{n}.contactid ")).collect::<Vec<_>>().concat()
    );
    let deep = format!("SELECT firstname FROM contact WHERE {}firstname = 'x'{}", "(".repeat(40), ")".repeat(40));
    let mut told = String::new();
    for sql in [
        "",
        "DELETE FROM contact",
        "UPDATE contact SET firstname = 'x'",
        "INSERT INTO contact (firstname) VALUES ('x')",
        "DROP TABLE contact",
        "WITH x AS (SELECT firstname FROM contact) SELECT firstname FROM x",
        "SELECT firstname FROM contact; DELETE FROM contact",
        "SELECT firstname INTO x FROM contact",
        "SELECT * FROM contact",
        "SELECT c.* FROM contact c",
        "SELECT 'x' FROM contact",
        "SELECT firstname + 'x' FROM contact",
        "SELECT LEN(firstname) FROM contact",
        "SELECT CASE WHEN statecode = 0 THEN 1 ELSE 0 END FROM contact",
        "SELECT firstname",
        "SELECT firstname FROM",
        "SELECT firstname FROM (SELECT firstname FROM contact) x",
        "SELECT firstname FROM dbo.contact",
        "SELECT firstname FROM contact, new_badge",
        "SELECT firstname FROM contact CROSS JOIN new_badge",
        "SELECT firstname FROM contact RIGHT JOIN new_badge ON contactid = new_contactid",
        "SELECT firstname FROM contact FULL OUTER JOIN new_badge ON contactid = new_contactid",
        "SELECT c.firstname FROM contact c JOIN new_badge b ON b.new_name LIKE 'B%'",
        "SELECT c.firstname FROM contact c JOIN new_badge b ON c.contactid <> b.new_contactid",
        "SELECT c.firstname FROM contact c JOIN new_badge b ON c.contactid = b.new_contactid OR b.new_name LIKE 'B%'",
        "SELECT c.firstname FROM contact c JOIN new_badge b ON c.contactid = b.new_contactid AND c.firstname LIKE 'A%'",
        "SELECT c.firstname FROM contact c JOIN new_badge b ON c.contactid = b.new_contactid AND c.contactid = b.new_badgeid",
        "SELECT c.firstname FROM contact c JOIN new_badge c ON c.contactid = c.new_contactid",
        "SELECT statecode FROM contact c JOIN new_badge b ON c.contactid = b.new_contactid",
        "SELECT x.firstname FROM contact c",
        "SELECT nothing FROM contact",
        "SELECT firstname FROM nothing",
        "SELECT name FROM account",
        "SELECT firstname FROM contact WHERE",
        "SELECT firstname FROM contact WHERE firstname",
        "SELECT firstname FROM contact WHERE firstname = ",
        "SELECT firstname FROM contact WHERE 1 = 1",
        "SELECT firstname FROM contact WHERE modifiedon > createdon",
        "SELECT firstname FROM contact WHERE modifiedon = createdon",
        "SELECT firstname FROM contact WHERE creditlimit > 1 + 1",
        "SELECT firstname FROM contact WHERE DATEADD(day, 3, createdon) >= GETUTCDATE()",
        "SELECT firstname FROM contact WHERE LEN(firstname) = 3",
        "SELECT firstname FROM contact WHERE createdon > DATEADD(fortnight, 1, GETUTCDATE())",
        "SELECT firstname FROM contact WHERE createdon > DATEADD(day, 1, 'then')",
        "SELECT firstname FROM contact WHERE contactid IN (SELECT contactid FROM contact)",
        "SELECT firstname FROM contact WHERE EXISTS (SELECT contactid FROM contact)",
        "SELECT firstname FROM contact WHERE creditlimit = (SELECT MAX(creditlimit) FROM contact)",
        "SELECT firstname FROM contact WHERE creditlimit = 'much'",
        "SELECT firstname FROM contact WHERE statecode LIKE '1%'",
        "SELECT firstname FROM contact WHERE firstname LIKE 'x!%' ESCAPE '!'",
        "SELECT firstname FROM contact WHERE firstname = 'x",
        "SELECT firstname FROM contact ORDER BY LEN(firstname)",
        "SELECT firstname FROM contact ORDER BY 1",
        "SELECT COUNT(*) FROM contact",
        "SELECT SUM(DISTINCT creditlimit) AS s FROM contact",
        "SELECT SUM(firstname) AS s FROM contact",
        "SELECT firstname, COUNT(*) AS n FROM contact",
        "SELECT COUNT(*) AS n FROM contact GROUP BY lastname",
        "SELECT lastname, COUNT(*) AS n FROM contact GROUP BY lastname HAVING COUNT(*) > 1",
        "SELECT lastname, COUNT(*) AS n FROM contact GROUP BY MONTH(createdon)",
        "SELECT lastname, COUNT(*) AS n FROM contact GROUP BY lastname ORDER BY firstname",
        "SELECT firstname FROM contact UNION SELECT new_name FROM new_badge",
        "SELECT TOP 10 PERCENT firstname FROM contact",
        "SELECT TOP 5001 firstname FROM contact",
        "SELECT TOP x firstname FROM contact",
        "SELECT firstname FROM contact OFFSET 1",
        "SELECT firstname AS 'x' FROM contact",
        "SELECT firstname AS [a b] FROM contact",
        many.as_str(),
        deep.as_str(),
    ] {
        let answer = asked(&org, "contacts", sql).await;
        let shown: String = sql.chars().take(150).collect();
        writeln!(told, "{shown}\n  {}", answer.error()).unwrap();
        assert_eq!(answer.status, 400, "{sql}: {}", answer.body);
    }
    assert_snapshot!(told);
    assert_eq!(org.dataverse.store().read(|data| data.count("contact")), 4, "nothing was changed");
}

/// A condition in both languages.
fn condition() -> impl Strategy<Value = (String, String)> {
    let comparison =
        prop::sample::select(vec![("=", "eq"), ("<>", "ne"), (">", "gt"), (">=", "ge"), ("<", "lt"), ("<=", "le")]);
    let leaf = prop_oneof![
        (comparison.clone(), "[abAB]{1,2}").prop_map(|((sql, odata), word)| (
            format!("lastname {sql} '{word}'"),
            format!("lastname {odata} '{word}'")
        )),
        (comparison, -3..3i64).prop_map(|((sql, odata), number)| (
            format!("creditlimit {sql} {number}"),
            format!("creditlimit {odata} {number}")
        )),
        any::<bool>().prop_map(|null| if null {
            ("lastname IS NULL".to_owned(), "lastname eq null".to_owned())
        } else {
            ("lastname IS NOT NULL".to_owned(), "lastname ne null".to_owned())
        }),
        "[abAB]{1,2}".prop_map(|word| (format!("lastname LIKE '%{word}%'"), format!("contains(lastname,'{word}')"))),
        "[abAB]{1,2}".prop_map(|word| (format!("lastname LIKE '{word}%'"), format!("startswith(lastname,'{word}')"))),
        (-3..3i64, 0..3i64).prop_map(|(from, more)| (
            format!("creditlimit BETWEEN {from} AND {}", from + more),
            format!("creditlimit ge {from} and creditlimit le {}", from + more)
        )),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        (prop::collection::vec(inner, 1..3), any::<bool>()).prop_map(|(parts, any)| {
            let join = |pick: fn(&(String, String)) -> &String, word: &str| {
                format!("({})", parts.iter().map(|part| pick(part).clone()).collect::<Vec<_>>().join(word))
            };
            if any {
                (join(|part| &part.0, " OR "), join(|part| &part.1, " or "))
            } else {
                (join(|part| &part.0, " AND "), join(|part| &part.1, " and "))
            }
        })
    })
}

#[test]
fn both_languages_find_the_same_rows_in_the_same_order() {
    let (runtime, org) = with_gaps();
    proptest!(ProptestConfig::with_cases(200), |((sql, odata) in condition(), descending in any::<bool>(), top in 1..9usize)| {
        let down = if descending { " DESC" } else { "" };
        let sql = format!("SELECT TOP {top} lastname FROM contact WHERE {sql} ORDER BY lastname{down}");
        let odata = format!("$select=lastname&$top={top}&$orderby=lastname{}&$filter={odata}", down.to_lowercase());
        let (left, right) = runtime.block_on(async {
            let left = asked(&org, "contacts", &sql).await;
            let right = org.get(&format!("contacts?{odata}")).await;
            assert!(left.status == 200 && right.status == 200, "{sql}: {}\n{odata}: {}", left.body, right.body);
            (listed(&left, "contactid"), listed(&right, "contactid"))
        });
        prop_assert_eq!(left, right, "{}\n{}", sql, odata);
    });
}

#[test]
fn no_statement_makes_the_service_fail() {
    let (runtime, org) = with_gaps();
    let word = prop::sample::select(vec![
        "SELECT",
        "DISTINCT",
        "TOP",
        "FROM",
        "contact",
        "new_badge",
        "c",
        "b",
        ".",
        "JOIN",
        "LEFT",
        "ON",
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        ",",
        "=",
        "<>",
        "<",
        "LIKE",
        "IN",
        "BETWEEN",
        "IS",
        "NULL",
        "'x'",
        "'2026-09-10'",
        "1",
        "-",
        "10.5",
        "GROUP",
        "BY",
        "ORDER",
        "DESC",
        "COUNT",
        "*",
        "SUM",
        "AS",
        "n",
        "lastname",
        "creditlimit",
        "contactid",
        "new_contactid",
        "createdon",
        "OFFSET",
        "ROWS",
        "FETCH",
        "NEXT",
        "ONLY",
        "DATEADD",
        "GETUTCDATE",
        "day",
        "[",
        "]",
        "'",
        "--",
        "/*",
        ";",
        "€",
    ]);
    let words = prop::collection::vec(word, 0..16).prop_map(|words| words.join(" "));
    let statement = prop_oneof![
        words.clone(),
        words.clone().prop_map(|words| format!("SELECT lastname FROM contact WHERE {words}")),
        words.clone().prop_map(|words| format!("SELECT {words} FROM contact")),
        words.prop_map(|words| format!(
            "SELECT c.lastname FROM contact c JOIN new_badge b ON c.contactid = b.new_contactid {words}"
        )),
        any::<String>(),
    ];
    proptest!(ProptestConfig::with_cases(600), |(sql in statement)| {
        let answer = runtime.block_on(asked(&org, "contacts", &sql));
        prop_assert!([200, 400].contains(&answer.status.as_u16()), "{}: {}", sql, answer.body);
    });
}
