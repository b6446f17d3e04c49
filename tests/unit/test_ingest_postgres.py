"""A PostgreSQL database by its URL, against a real server that the test starts on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import ExportError, UsageError
from auditor.ingest import postgres, read_export
from auditor.mapping.mappingfile import read_text
from auditor.mapping.reading import read_mapped
from auditor.store import Store

PASSWORD = "un-said-word"
SETUP = """
CREATE ROLE reader LOGIN PASSWORD 'un-said-word';
CREATE TABLE households (household_id text, name text, approved_on date, notes jsonb, scan bytea);
INSERT INTO households VALUES ('H1', 'A', '2020-04-13', '{"kind": "kinship"}', 'x'), ('H2', 'B', '2021-05-02', NULL, NULL);
CREATE SCHEMA dw;
CREATE TABLE dw.fact_visit (id bigint, hh text, at timestamptz, tags text[], n numeric(6, 2), told boolean);
INSERT INTO dw.fact_visit SELECT g, 'H' || (1 + g % 2), timestamptz '2026-01-01 10:00+00' + g * interval '1 minute', ARRAY['a', 'b'], 1.50, true
  FROM generate_series(1, 12000) g;
CREATE VIEW dw.slow AS SELECT pg_sleep(30)::text AS household_id;
CREATE TABLE secret (x text);
GRANT USAGE ON SCHEMA dw TO reader;
GRANT SELECT ON households, dw.fact_visit, dw.slow TO reader;
"""
VISITS = "tables: {visits: {file: '*', sheet: dw.fact_visit, time_zone: UTC, columns: {visit_id: id, household_id: hh, visited_on: at}}}"


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    alone = shutil.which("initdb")
    return found[-1].parent if found else Path(alone).parent if alone else None


def _as_user() -> list[str]:
    """The server does not run as root: there it runs as the user that its package made."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    return [setpriv, "--reuid=postgres", "--regid=postgres", "--clear-groups"] if setpriv else []


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The folder of the socket of a server that knows `owner`, and `reader` who needs a password."""
    pytest.importorskip("psycopg", reason="the library for PostgreSQL is an extra")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here")
    room = tempfile.mkdtemp(prefix="pg-", dir="/tmp")  # a socket's path must be short

    def call(program: str, *arguments: str, **more: str) -> None:
        subprocess.run([*_as_user(), str(programs / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60, text=True, **more)

    try:
        if _as_user():
            shutil.chown(room, "postgres", "postgres")
        Path(room).chmod(0o755)
        call("initdb", "-D", f"{room}/data", "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--no-locale")
        hba = Path(f"{room}/data/pg_hba.conf")
        hba.write_text("local all reader scram-sha-256\nlocal all all trust\n", encoding="utf-8")
        call("pg_ctl", "-D", f"{room}/data", "-w", "-l", f"{room}/log", "-o", f"-k {room} -h '' -c fsync=off", "start")
        try:
            call("createdb", "-h", room, "-U", "owner", "services")
            call("psql", "-q", "-h", room, "-U", "owner", "-d", "services", "-v", "ON_ERROR_STOP=1", input=SETUP)
            yield room
        finally:
            call("pg_ctl", "-D", f"{room}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(room, ignore_errors=True)


def url(server: str, password: str = PASSWORD, database: str = "services") -> str:
    return f"postgresql://reader:{password}@/{database}?host={server}"


@pytest.fixture
def store():
    with Store() as opened:
        yield opened


def test_tables_in_the_contracts_names(server, store) -> None:
    export = read_export(url(server), store)
    assert store.rows("SELECT household_id, name, CAST(approved_on AS VARCHAR) FROM loaded.households ORDER BY 1") == [
        ("H1", "A", "2020-04-13"), ("H2", "B", "2021-05-02"),
    ]
    (one,) = export.inputs
    assert (one.source, one.rows) == ("postgresql:///services (table households)", 2)
    assert "secret" not in str(export.issues)


def test_through_a_mapping_in_batches(server, store, monkeypatch) -> None:
    monkeypatch.setattr(postgres, "BATCH", 500)
    text = VISITS.replace("time_zone: UTC, ", "").replace("tables:", "time_zone: UTC\ntables:")
    export = read_mapped(url(server), read_text(text, "m.yaml"), store)
    assert store.rows("SELECT count(*), count(DISTINCT visit_id), min(CAST(visited_on AS VARCHAR)) FROM loaded.visits") == [(12_000, 12_000, "2026-01-01")]
    assert [(i.rows, i.rejected, i.filtered) for i in export.inputs] == [(12_000, 0, 0)]


def test_nothing_can_be_written(server) -> None:
    import psycopg

    with postgres.Warehouse(f"postgresql://owner@/services?host={server}") as warehouse, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        warehouse._open.execute("CREATE TABLE x (a int)")


def test_the_same_rows_have_the_same_hash_in_any_order() -> None:
    one, other = postgres._Hash(), postgres._Hash()
    for row in [("a", None), ("b", "2")]:
        one.past(row)
    for row in [("b", "2"), ("a", None)]:
        other.past(row)
    assert one.text() == other.text() and len(one.text()) == 64


def test_a_slow_view_is_not_waited_for(server, store, monkeypatch) -> None:
    monkeypatch.setattr(postgres, "SECONDS_PER_STATEMENT", 1)
    text = "tables: {households: {file: services, sheet: dw.slow, columns: {household_id: household_id}}}"
    with pytest.raises(ExportError, match="slow view"):
        read_mapped(url(server), read_text(text, "m.yaml"), store)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": "another-word"}, "refused"),
        ({"database": "nowhere"}, "no database of this name"),
    ],
)
def test_what_the_server_refuses_is_said_without_the_password(server, store, given, words) -> None:
    with pytest.raises(ExportError, match=words) as caught:
        read_export(url(server, **given), store)
    said = str(caught.value)
    assert "word@" not in said and "another-word" not in said and PASSWORD not in said and "reader" not in said
    assert caught.value.__cause__ is None


def test_a_server_that_is_not_there(tmp_path, store) -> None:
    pytest.importorskip("psycopg", reason="the library for PostgreSQL is an extra")
    with pytest.raises(ExportError, match="cannot be reached") as caught:
        read_export(f"postgresql://reader:{PASSWORD}@/services?host={tmp_path}", store)
    assert PASSWORD not in str(caught.value)


def test_without_the_library_it_says_how_to_get_it(store, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"fostering-auditor\[postgres\]") as caught:
        read_export(f"postgresql://reader:{PASSWORD}@localhost/services", store)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://u:hush@db.example.org:5432/cases?sslmode=require", "postgresql://db.example.org:5432/cases"),
        ("postgres://u@h/cases", "postgresql://h/cases"),
        ("postgresql:///cases?host=/tmp&password=hush", "postgresql:///cases"),
        # a password whose signs were not written as %40, %2F, %3F and %23 shows nothing of itself
        ("postgresql://u:hu@sh@h/cases", "postgresql://…"),
        ("postgresql://u:hu/sh@h/cases", "postgresql://…"),
        ("postgresql://u:12?sh@h/cases", "postgresql://…"),
        ("postgresql://u:hu#sh@h/cases", "postgresql://…"),
        ("postgresql://u:hu sh@h/cases", "postgresql://…"),
    ],
)
def test_what_is_shown_of_a_url(given, shown) -> None:
    assert postgres.masked(given) == shown
    assert "hush" not in str(postgres.at(given)) and "sh@" not in str(postgres.at(given))


@pytest.mark.parametrize("given", ["mysql://u:hush@h/cases", "https://u:hush@h/cases.csv", Path("postgresql://u:hush@h/cases")])
def test_other_urls_are_refused_without_repeating_them(store, given) -> None:
    with pytest.raises(ExportError, match="not a kind of URL") as caught:
        read_export(given, store)
    assert "hush" not in str(caught.value)


def test_the_command_takes_a_url_and_writes_no_password(server, tmp_path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "auditor", "run", url(server), "--as-of", "2026-03-31", "--fail-on", "never", "--format", "json,html"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ran.returncode == 0, ran.stderr
    (folder,) = tmp_path.iterdir()
    assert folder.name == "services-audit-2026-03-31"
    written = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.suffix in (".json", ".html"))
    assert "postgresql:///services" in written
    assert PASSWORD not in written + ran.stdout + ran.stderr and "reader:" not in written + ran.stdout + ran.stderr
