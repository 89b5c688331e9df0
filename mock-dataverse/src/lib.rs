//! A fake Dataverse: tables, Web API, Entra tokens and the event-management app.
