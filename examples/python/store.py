"""What the service remembers: the link of a purchase, the session that completed it, the purchase a session paid for, what was refunded.

A fact is in the database before anybody is told of it, so a restart forgets nothing. SQLite serves one machine: as soon as there
are two, put the same table into the database that you have.
"""

import sqlite3
import threading


class Store:
    def __init__(self, path):
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS facts (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )

    def get(self, kind, key):
        with self.lock:
            row = self.database.execute("SELECT value FROM facts WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return row[0] if row else None

    def first(self, kind, key, value):
        """What was first said about it; this value, if nothing was."""
        with self.lock:
            self.database.execute("INSERT OR IGNORE INTO facts VALUES (?, ?, ?)", (kind, key, value))
        return self.get(kind, key)

    def put(self, kind, key, value):
        with self.lock:
            self.database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", (kind, key, value))
