"""Packs and unpacks stored databases, and counts their rows by SQLite alone.

Usage: stored_database.py pack FILE.sqlite OUT.sql.xz
       stored_database.py unpack IN.sql.xz FILE.sqlite
       stored_database.py count FILE.sqlite
"""
import json
import lzma
import sqlite3
import sys

act, *paths = sys.argv[1:]
if act == "pack":
    text = "\n".join(sqlite3.connect(paths[0]).iterdump())
    with lzma.open(paths[1], "wt", encoding="utf-8", preset=9) as file:
        file.write(text)
elif act == "unpack":
    with lzma.open(paths[0], "rt", encoding="utf-8") as file:
        connection = sqlite3.connect(paths[1])
        connection.executescript(file.read())
        connection.close()
else:
    connection = sqlite3.connect(paths[0])
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    print(json.dumps({
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in tables.fetchall()}))
