"""Tables, columns, relationships and keys, as the client asks for them."""

from PowerPlatform.Dataverse.core.errors import MetadataError

from lab import BADGE, check, client, refusal, same

tables = client.tables


@check
def definitions():
    info = tables.get(BADGE)
    same(
        (info.logical_name, info.entity_set_name, info.primary_id_attribute, info.primary_name_attribute),
        (BADGE, "new_badges", "new_badgeid", "new_name"),
    )
    same(tables.get("new_nothing"), None)
    names = {table["LogicalName"] for table in tables.list()}
    assert {"contact", "transactioncurrency", "msevtmgt_eventpurchase", BADGE} <= names, names
    found = tables.list(filter="LogicalName eq 'contact'", select=["LogicalName", "EntitySetName"])
    same([(table["LogicalName"], table["EntitySetName"]) for table in found], [("contact", "contacts")])
    refusal(lambda: client.records.list("new_nothing"), MetadataError, "new_nothing")


@check
def columns():
    columns = {column["LogicalName"]: column for column in tables.list_columns(BADGE)}
    assert {"new_badgeid", "new_name", "new_number", "new_colour", "new_contactid", "createdon"} <= set(columns)
    same(columns["new_colour"]["AttributeType"], "Picklist")
    number = tables.get_column(BADGE, "new_number")
    same((number["LogicalName"], number["AttributeType"]), ("new_number", "Integer"))


@check
def relationships():
    one = tables.get_relationship("new_contact_new_badge")
    same(
        (one.relationship_type, one.referenced_entity, one.referencing_entity, one.lookup_schema_name.lower()),
        ("one_to_many", "contact", BADGE, "new_contactid"),
    )
    same(tables.get_relationship("new_nothing_at_all"), None)
    assert any(each["SchemaName"] == "new_contact_new_badge" for each in tables.list_relationships())
    assert any(each["SchemaName"] == "new_contact_new_badge" for each in tables.list_table_relationships(BADGE))
    same(client.query.odata_select(BADGE)[:1] != [], True)
    expands = client.query.odata_expands(BADGE)
    assert any(each["nav_property"] == "new_ContactId" for each in expands), expands
    same(list(client.query.odata_bind(BADGE, "contact", "00000000-0000-0000-0000-000000000001"))[0], "new_ContactId@odata.bind")


@check
def alternate_keys():
    keys = tables.get_alternate_keys(BADGE)
    same([key.key_attributes for key in keys], [["new_number"]])
