"""Runs the SQL of standard input on a SQLite file: edit_database.py FILE"""
import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1])
connection.executescript(sys.stdin.read())
connection.commit()
connection.close()
