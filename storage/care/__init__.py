"""Looking after a database: what it holds, whether it is sound, backups, room, copies."""
