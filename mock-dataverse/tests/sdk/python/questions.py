"""Questions in other languages: FetchXML page by page, and SQL."""

import warnings

from lab import BADGE, check, client, refused, same

rows = client.records
# What only costs time is not told.
warnings.filterwarnings("ignore", message="Query contains a leading-wildcard")

NUMBERS = [200, 201, 202, 203, 204]
contact = rows.create("contact", {"firstname": "Quin", "lastname": "Fetch"})
for number in NUMBERS:
    row = {"new_name": f"Asked {number}", "new_number": number, "new_colour": 1 + number % 2}
    if number < 202:
        row["new_ContactId@odata.bind"] = f"/contacts({contact})"
    rows.create(BADGE, row)

ASKED = '<filter><condition attribute="new_number" operator="between"><value>200</value><value>204</value></condition></filter>'


def fetched(attributes, inside):
    xml = f'<fetch {attributes}><entity name="{BADGE}">{inside}{ASKED}</entity></fetch>'
    return client.query.fetchxml(xml)


@check
def fetch_xml():
    found = fetched("", '<attribute name="new_name"/><attribute name="new_contactid"/><order attribute="new_number"/>').execute()
    same([row["new_name"] for row in found], [f"Asked {number}" for number in NUMBERS])
    # What is null is not there.
    same([row.get("_new_contactid_value") for row in found], [contact, contact, None, None, None])
    top = fetched('top="2"', '<attribute name="new_number"/><order attribute="new_number" descending="true"/>').execute()
    same([row["new_number"] for row in top], [204, 203])


@check
def fetch_xml_pages():
    # A warning would tell that the client had to do without a cookie.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        query = fetched('count="2"', '<attribute name="new_number"/><order attribute="new_number" descending="true"/>')
        pages = [[row["new_number"] for row in page] for page in query.execute_pages()]
        same(pages, [[204, 203], [202, 201], [200]])
        same(len(fetched('count="3"', '<attribute name="new_number"/>').execute()), 5)


@check
def fetch_xml_links_and_groups():
    linked = fetched(
        "",
        '<attribute name="new_number"/><order attribute="new_number"/>'
        '<link-entity name="contact" from="contactid" to="new_contactid" alias="owner"><attribute name="lastname"/></link-entity>',
    ).execute()
    same([(row["new_number"], row["owner.lastname"]) for row in linked], [(200, "Fetch"), (201, "Fetch")])
    groups = fetched(
        'aggregate="true"',
        '<attribute name="new_colour" alias="colour" groupby="true"/><attribute name="new_number" alias="sum" aggregate="sum"/>'
        '<attribute name="new_badgeid" alias="n" aggregate="count"/><order alias="colour"/>',
    ).execute()
    same([(row["colour"], row["sum"], row["n"]) for row in groups], [(1, 606, 3), (2, 404, 2)])


@check
def sql():
    where = "WHERE new_number BETWEEN 200 AND 204"
    found = client.query.sql(f"SELECT TOP 3 new_name, new_number AS number FROM new_badge {where} ORDER BY new_number DESC")
    same([(row["new_name"], row["number"]) for row in found], [("Asked 204", 204), ("Asked 203", 203), ("Asked 202", 202)])
    liked = client.query.sql(f"SELECT new_number FROM new_badge {where} AND NOT (new_name LIKE '%[13]' OR new_number IN (200, 204))")
    same([row["new_number"] for row in liked], [202])
    joined = client.query.sql(
        "SELECT b.new_number, c.lastname AS owner FROM new_badge AS b "
        "LEFT JOIN contact AS c ON b.new_contactid = c.contactid "
        "WHERE b.new_number >= 200 AND b.new_number < 203 ORDER BY b.new_number"
    )
    same([(row["new_number"], row.get("owner")) for row in joined], [(200, "Fetch"), (201, "Fetch"), (202, None)])
    groups = client.query.sql(f"SELECT new_colour, COUNT(*) AS n FROM new_badge {where} GROUP BY new_colour ORDER BY n")
    same([(row["new_colour"], row["n"]) for row in groups], [(2, 2), (1, 3)])
    same(client.query.sql("SELECT new_number FROM new_badge WHERE new_number = 9999"), [])
    refused(lambda: client.query.sql("SELECT new_nothing FROM new_badge"), 400, "0x80041103", "new_nothing")
    refused(lambda: client.query.sql("SELECT new_number FROM new_badge WHERE new_number > 1 + 1"), 400, "0x80060888", "character 54")


for number in NUMBERS:
    gone = rows.list(BADGE, filter=f"new_number eq {number}", select=["new_badgeid"]).first()
    rows.delete(BADGE, gone["new_badgeid"])
rows.delete("contact", contact)
