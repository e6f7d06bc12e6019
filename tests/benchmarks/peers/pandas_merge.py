"""Peer: read a settlement file with pandas, merge it with the payments, write pairs and rest back by COPY.

Knows no checks, twins, rules or overlapping files. Runs in an environment of its own: nothing of ours.
"""

import io
import json
import os
import sys
import time

import pandas as pd
import psycopg

TABLES = """
    DROP TABLE IF EXISTS peer_pair, peer_rest;
    CREATE TABLE peer_pair (payment uuid UNIQUE, line text UNIQUE, agrees boolean);
    CREATE TABLE peer_rest (line text UNIQUE, gross numeric)
"""


def copied(connection, statement):
    """The rows of a query as a frame, by COPY."""
    out = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv, HEADER)") as rows,
    ):
        for piece in rows:
            out.write(piece)
    out.seek(0)
    return pd.read_csv(out, dtype=str)


def write(connection, table, frame):
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as rows:
        rows.write(frame.to_csv(index=False, header=False))


def main(path):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute(TABLES)
        connection.commit()
        start = time.perf_counter()
        lines = pd.read_csv(path, dtype=str)
        lines = lines[lines["trx_time"] != "TRAILER"]
        ours = copied(connection, "SELECT id, partner_reference_no, rrn, amount FROM incoming_payment")
        merged = lines.merge(ours, how="left", on=["partner_reference_no", "rrn"])
        pairs = merged[merged["id"].notna()]
        pairs = pairs.assign(agrees=pairs["amount"] == pairs["amount_gross"])
        write(connection, "peer_pair", pairs[["id", "rrn", "agrees"]])
        write(connection, "peer_rest", merged[merged["id"].isna()][["rrn", "amount_gross"]])
        connection.commit()
        sys.stdout.write(json.dumps({"seconds": time.perf_counter() - start}) + "\n")


main(sys.argv[1])
