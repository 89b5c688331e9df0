"""`$batch`: requests of all kinds, change sets with references, and going on after errors."""

import pandas

from PowerPlatform.Dataverse.models.filters import col

from lab import BADGE, HttpError, check, client, refusal, same

first = client.records.list(BADGE, filter="new_number eq 1", select=["new_badgeid"]).first()["new_badgeid"]


def count():
    return len(client.records.list(BADGE, select=["new_number"]))


@check
def batch():
    batch = client.batch.new()
    batch.records.create(BADGE, {"new_name": "In a batch", "new_number": 70})
    batch.records.create(BADGE, [{"new_name": "X", "new_number": 71}, {"new_name": "Y", "new_number": 72}])
    batch.records.update(BADGE, first, {"new_name": "Renamed in a batch"})
    batch.records.retrieve(BADGE, first, select=["new_name"])
    batch.records.list(BADGE, filter="new_number ge 70 and new_number lt 80", select=["new_number"], orderby=["new_number"])
    batch.tables.get(BADGE)
    result = batch.execute()
    same(result.has_errors, False)
    same([item.status_code for item in result.responses], [204, 200, 204, 200, 200, 200])
    same(len(result.responses[1].data["Ids"]), 2)
    same(result.responses[3].data["new_name"], "Renamed in a batch")
    same([row["new_number"] for row in result.responses[4].data["value"]], [70, 71, 72])
    same(client.records.retrieve(BADGE, result.responses[0].entity_id, select=["new_number"])["new_number"], 70)


@check
def change_set():
    batch = client.batch.new()
    with batch.changeset() as changes:
        contact = changes.records.create("contact", {"lastname": "Referred"})
        changes.records.create(BADGE, {"new_name": "Refers", "new_number": 80, "new_ContactId@odata.bind": contact})
    result = batch.execute()
    same([item.status_code for item in result.responses], [204, 204])
    row = client.records.retrieve(BADGE, result.entity_ids[1], expand=["new_ContactId($select=lastname)"])
    same(row["new_ContactId"]["lastname"], "Referred")
    # All or nothing: the second breaks the alternate key, and the first leaves nothing behind.
    before = count()
    batch = client.batch.new()
    with batch.changeset() as changes:
        changes.records.create(BADGE, {"new_name": "Rolled back", "new_number": 81})
        changes.records.create(BADGE, {"new_name": "Taken", "new_number": 80})
    result = batch.execute(continue_on_error=True)
    same([(item.status_code, item.error_code) for item in result.responses], [(412, "0x80060892")])
    same(count(), before)


@check
def batch_goes_on_after_errors():
    batch = client.batch.new()
    batch.records.retrieve(BADGE, "00000000-0000-0000-0000-00000000dead")
    batch.records.retrieve(BADGE, first, select=["new_name"])
    result = batch.execute(continue_on_error=True)
    same([item.status_code for item in result.responses], [404, 200])
    same((result.responses[0].error_code, len(result.failed), len(result.succeeded)), ("0x80040217", 1, 1))
    batch = client.batch.new()
    batch.records.retrieve(BADGE, "00000000-0000-0000-0000-00000000dead")
    batch.records.retrieve(BADGE, first, select=["new_name"])
    # Without that, the batch stops there, and its own status is the failure's.
    same(refusal(batch.execute, HttpError).status_code, 404)


@check
def dataframe():
    rows = [{"new_name": "F1", "new_number": 90}, {"new_name": "F2", "new_number": 91}]
    made = client.dataframe.create(BADGE, pandas.DataFrame(rows))
    query = client.query.builder(BADGE).select("new_name", "new_number").where(col("new_number").between(90, 91))
    same(sorted(query.execute().to_dataframe()["new_name"]), ["F1", "F2"])
    client.dataframe.delete(BADGE, made)
    same(len(client.records.list(BADGE, filter="new_number ge 90 and new_number le 91", select=["new_number"])), 0)
