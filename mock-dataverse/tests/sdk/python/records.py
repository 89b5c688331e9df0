"""Rows by the Dataverse client: made, read, changed and deleted, alone and in numbers."""

import datetime
import uuid

import requests
from PowerPlatform.Dataverse.models.filters import col, raw
from PowerPlatform.Dataverse.models.query_builder import ExpandOption
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from lab import BADGE, FORMATTED, SCOPE, URL, check, client, control, credential, same

rows = client.records


def badge(id, *columns):
    return rows.retrieve(BADGE, id, select=list(columns))


ada = None
first = None
three = None


@check
def create():
    global ada, first
    ada = rows.create("contact", {"firstname": "Ada", "lastname": "Ng"})
    first = rows.create(
        BADGE,
        {
            "new_name": "First",
            "new_number": 1,
            "new_issued": "2026-11-01T08:30:00Z",
            "new_ContactId@odata.bind": f"/contacts({ada})",
        },
    )
    assert uuid.UUID(first) and uuid.UUID(ada)


@check
def create_by_label():
    # The client asks for the column's options, and sends the number behind the label.
    labelled = rows.create(BADGE, {"new_name": "Blue one", "new_number": 2, "new_colour": "Blue"})
    same(badge(labelled, "new_colour")["new_colour"], 2)
    same(badge(first, "new_colour")["new_colour"], 1)


@check
def create_multiple():
    global three
    three = rows.create(BADGE, [{"new_name": f"Many {n}", "new_number": 10 + n, "new_colour": "Red"} for n in range(3)])
    same(len(set(three)), 3)
    same([badge(id, "new_name")["new_name"] for id in three], ["Many 0", "Many 1", "Many 2"])


@check
def retrieve():
    row = rows.retrieve(
        BADGE,
        first,
        select=["new_name", "new_colour", "new_issued", "_new_contactid_value"],
        expand=["new_ContactId($select=lastname)"],
        include_annotations="*",
    )
    same((row["new_name"], row["new_issued"]), ("First", "2026-11-01T08:30:00Z"))
    same(row[f"new_colour@{FORMATTED}"], "Red")
    same(row[f"_new_contactid_value@{FORMATTED}"], "Ada Ng")
    same(row["_new_contactid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "contact")
    same(row["new_ContactId"]["lastname"], "Ng")
    same(rows.retrieve(BADGE, str(uuid.uuid4())), None)


@check
def update():
    rows.update(BADGE, first, {"new_name": "First again", "new_colour": "Blue"})
    row = badge(first, "new_name", "new_colour")
    same((row["new_name"], row["new_colour"]), ("First again", 2))


@check
def update_multiple():
    rows.update(BADGE, three, {"new_colour": "Blue"})
    same([badge(id, "new_colour")["new_colour"] for id in three], [2, 2, 2])
    rows.update(BADGE, three[:2], [{"new_name": "One"}, {"new_name": "Two"}])
    same([badge(id, "new_name")["new_name"] for id in three], ["One", "Two", "Many 2"])


@check
def upsert_multiple():
    rows.upsert(
        BADGE,
        [
            UpsertItem(alternate_key={"new_number": 1}, record={"new_name": "Known by its number"}),
            UpsertItem(alternate_key={"new_number": 99}, record={"new_name": "New by its number"}),
        ],
    )
    same(badge(first, "new_name")["new_name"], "Known by its number")
    made = rows.list(BADGE, filter="new_number eq 99", select=["new_name"])
    same([row["new_name"] for row in made], ["New by its number"])
    rows.upsert(BADGE, [UpsertItem(alternate_key={"new_number": 99}, record={"new_name": "Alone"})])
    same(rows.list(BADGE, filter="new_number eq 99", select=["new_name"]).first()["new_name"], "Alone")


@check
def list():
    found = rows.list(
        BADGE,
        filter=(col("new_number") >= 10) & (col("new_number") < 13),
        select=["new_name", "new_number", "new_colour"],
        orderby=["new_number desc"],
        include_annotations=FORMATTED,
        count=True,
    )
    same([row["new_number"] for row in found], [12, 11, 10])
    same({row[f"new_colour@{FORMATTED}"] for row in found}, {"Blue"})
    same([row["new_number"] for row in rows.list(BADGE, orderby=["new_number"], top=2, select=["new_number"])], [1, 2])


@check
def pages():
    pages = [
        [row["new_number"] for row in page]
        for page in rows.list_pages(BADGE, select=["new_number"], orderby=["new_number"], page_size=4)
    ]
    same(pages, [[1, 2, 10, 11], [12, 99]])
    # All at once follows the links by itself.
    same(len(rows.list(BADGE, select=["new_number"], page_size=1)), 6)


@check
def query_builder():
    query = (
        client.query.builder(BADGE)
        .select("new_name", "new_number")
        .where((col("new_number") == 1) | (col("new_colour") == 2))
        .expand(ExpandOption("new_ContactId").select("lastname"))
        .order_by("new_number", descending=True)
        .include_formatted_values()
        .page_size(2)
        .count()
    )
    found = query.execute()
    same([row["new_number"] for row in found], [12, 11, 10, 2, 1])
    same([(row.get("new_ContactId") or {}).get("lastname") for row in found], [None, None, None, None, "Ng"])
    same([len(page) for page in query.execute_pages()], [2, 2, 1])


@check
def filters():
    def numbers(expression):
        found = rows.list(BADGE, filter=expression, select=["new_number"], orderby=["new_number"])
        return [row["new_number"] for row in found]

    issued = datetime.datetime(2026, 11, 1, 8, 30, tzinfo=datetime.timezone.utc)
    same(numbers(col("new_number").in_([1, 2, 5])), [1, 2])
    same(numbers(col("new_number").not_in([1, 2, 10, 11, 12])), [99])
    same(numbers(col("new_number").between(10, 11)), [10, 11])
    same(numbers(col("new_name").contains("ne")), [2, 10, 99])
    same(numbers(col("new_name").startswith("Known")), [1])
    same(numbers(col("new_name").like("%by its number")), [1])
    same(numbers(~(col("new_colour") == 2)), [99])
    same(numbers(col("new_issued").is_null() & (col("new_number") < 11)), [2, 10])
    same(numbers(col("new_issued") == issued), [1])
    same(numbers(raw("Microsoft.Dynamics.CRM.Today(PropertyName='createdon')")), [1, 2, 10, 11, 12, 99])
    same(numbers(f"_new_contactid_value eq {ada}"), [1])


@check
def delete():
    gone = rows.create(BADGE, {"new_name": "Gone", "new_number": 50})
    rows.delete(BADGE, gone)
    same(rows.retrieve(BADGE, gone), None)


@check
def bulk_delete():
    job = rows.delete(BADGE, three)
    assert uuid.UUID(job)
    same([rows.retrieve(BADGE, id) for id in three], [None, None, None])
    alone = rows.create(BADGE, [{"new_name": "A", "new_number": 60}, {"new_name": "B", "new_number": 61}])
    same(rows.delete(BADGE, alone, use_bulk_delete=False), None)
    same([rows.retrieve(BADGE, id) for id in alone], [None, None])
